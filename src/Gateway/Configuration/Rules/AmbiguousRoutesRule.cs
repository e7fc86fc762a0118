using System.Text;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Routes;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Rules;

/// <summary>Two routes that match exactly the same requests: routing could not choose, and would answer 500.</summary>
internal sealed class AmbiguousRoutesRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (IGrouping<string, RouteConfig> same in draft.Proxy.Routes.GroupBy(Match, StringComparer.OrdinalIgnoreCase))
        {
            RouteConfig first = same.First();
            foreach (RouteConfig other in same.Skip(1))
            {
                mistakes.Add(
                    draft.RouteNode(other.RouteId),
                    $"it matches the same requests as route \"{first.RouteId}\"",
                    "a different Match, or a different Order (the lowest wins)");
            }
        }
    }

    private static string Match(RouteConfig route)
    {
        RouteMatch match = route.Match;
        string path = WithoutNames(match.Path?.Trim('/') ?? "{**}");
        return string.Join(
            '\n',
            path,
            route.Order ?? 0,
            Set(match.Hosts),
            Set(match.Methods),
            EffectiveText.Of(match.Headers?.OrderBy(header => header.Name)),
            EffectiveText.Of(match.QueryParameters?.OrderBy(query => query.Name)));
    }

    private static string Set(IEnumerable<string>? names) => string.Join(',', (names ?? []).Order(StringComparer.OrdinalIgnoreCase));

    // The name of a parameter plays no part in matching; whether it takes the rest of the path does, and so do its constraints.
    // A regular expression would say it shorter, but its assembly is 1 MB that nothing else loads.
    private static string WithoutNames(string path)
    {
        var text = new StringBuilder(path.Length);
        for (int at = 0; at < path.Length; at++)
        {
            int end = path[at] == '{' ? path.IndexOfAny(['{', '}'], at + 1) : -1;
            if (end < 0 || path[end] == '{')
            {
                text.Append(path[at]);
                continue;
            }

            ReadOnlySpan<char> parameter = path.AsSpan(at + 1, end - at - 1);
            ReadOnlySpan<char> name = parameter.TrimStart('*');
            int rest = name.IndexOfAny(':', '?', '=');
            text.Append('{').Append('*', parameter.Length - name.Length).Append(rest < 0 ? [] : name[rest..]).Append('}');
            at = end;
        }

        return text.ToString();
    }
}
