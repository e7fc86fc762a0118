using Gateway.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Requests;

/// <summary>Policies by the name that headers, metrics and logs give them: those of the Gateway section, and inline ones by their route.</summary>
internal static class PolicyLookup
{
    public static IReadOnlyDictionary<string, RateLimitPolicy> RateLimits(GatewaySnapshot snapshot) =>
        Merge(snapshot.Options.RateLimits.Values.Concat(snapshot.Policies.Values.SelectMany(route => route.RateLimits)), policy => policy.Name);

    public static IReadOnlyDictionary<string, SessionPolicy> Sessions(GatewaySnapshot snapshot) =>
        Merge(snapshot.Options.Sessions.Values.Concat(snapshot.Policies.Values.Select(route => route.Session).OfType<SessionPolicy>()), policy => policy.Name);

    private static Dictionary<string, T> Merge<T>(IEnumerable<T> policies, Func<T, string> name)
    {
        var byName = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        foreach (T policy in policies)
        {
            byName.TryAdd(name(policy), policy);
        }

        return byName;
    }
}
