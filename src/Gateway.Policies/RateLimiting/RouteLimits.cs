using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>All limits of a route, those before the session first; compiled once when the configuration loads.</summary>
internal sealed class RouteLimits
{
    private readonly RouteLimit[] _limits;
    private readonly string[] _policyItems;

    private RouteLimits(RoutePolicies route, RouteLimit[] limits, int first)
    {
        Route = route;
        _limits = limits;
        FirstStage = first;
        _policyItems = [.. Enumerable.Range(0, limits.Length + 1).Select(count => string.Join(", ", limits.Take(count).Select(limit => limit.PolicyItem)))];
    }

    public RoutePolicies Route { get; }

    public int Count => _limits.Length;

    /// <summary>How many limits are evaluated before the session.</summary>
    public int FirstStage { get; }

    public RouteLimit this[int index] => _limits[index];

    /// <summary>A policy that a route names twice is one limit.</summary>
    public static RouteLimits Compile(RoutePolicies route)
    {
        RateLimitPolicy[] policies = [.. route.RateLimits.DistinctBy(policy => policy.Name)];
        RateLimitPolicy[] before = [.. policies.Where(policy => LimitStages.Of(policy, route) is LimitStage.BeforeSession)];
        RateLimitPolicy[] after = [.. policies.Where(policy => LimitStages.Of(policy, route) is LimitStage.AfterSession)];
        return new RouteLimits(route, [.. before.Concat(after).Select(policy => new RouteLimit(policy, route.RouteId))], before.Length);
    }

    /// <summary>The indexes of the limits of a stage.</summary>
    public Range Of(LimitStage stage) => stage is LimitStage.BeforeSession ? ..FirstStage : FirstStage..Count;

    /// <summary><c>RateLimit-Policy</c> when the first <paramref name="evaluated"/> limits were evaluated.</summary>
    public string PolicyItems(int evaluated) => _policyItems[evaluated];
}
