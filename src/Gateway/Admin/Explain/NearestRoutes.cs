using Yarp.ReverseProxy.Configuration;

namespace Gateway.Admin.Explain;

/// <summary>The routes whose paths begin most like a path that none of them takes.</summary>
internal static class NearestRoutes
{
    private const int Most = 3;

    public static IEnumerable<RouteConfig> Of(string path, IEnumerable<RouteConfig> routes)
    {
        string[] wanted = Segments(path);
        return routes
            .Select(route => (Route: route, Likeness: Likeness(wanted, Segments(route.Match.Path ?? "/{**all}"))))
            .Where(candidate => candidate.Likeness > 0)
            .OrderByDescending(candidate => candidate.Likeness)
            .Select(candidate => candidate.Route)
            .Take(Most);
    }

    // A segment that is the same counts most, a parameter less, a typing mistake least; the first that differs ends it.
    private static int Likeness(string[] wanted, string[] pattern)
    {
        int likeness = 0;
        foreach ((string want, string part) in wanted.Zip(pattern))
        {
            int alike = part.StartsWith('{') ? 2
                : part.Equals(want, StringComparison.OrdinalIgnoreCase) ? 4
                : Configuration.Mistakes.NearestName.Of(want, [part]) is not null ? 1
                : 0;
            likeness += alike;
            if (alike == 0)
            {
                break;
            }
        }

        return likeness;
    }

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
