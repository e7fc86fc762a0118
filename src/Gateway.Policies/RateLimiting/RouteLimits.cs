using Gateway.Policies.RateLimiting.Fields;
using Gateway.Policies.RateLimiting.Shadowing;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>All limits of a route, those before the session first; compiled once when the configuration loads.</summary>
internal sealed class RouteLimits
{
    private readonly RouteLimit[] _live;
    private readonly ShadowLimit[] _shadows;
    private readonly int _liveBefore;
    private readonly int _shadowsBefore;
    private readonly string[] _policyItems;

    private RouteLimits(RoutePolicies route, RouteLimit[] live, ShadowLimit[] shadows, RateLimiter limiter)
    {
        Route = route;
        Limiter = limiter;
        GivesBack = live.Any(limit => limit.Policy.CanGiveBack) || shadows.Any(shadow => shadow.Limit.Policy.CanGiveBack);
        _live = live;
        _shadows = shadows;
        _liveBefore = live.Count(limit => limit.Stage is LimitStage.BeforeSession);
        _shadowsBefore = shadows.Count(shadow => shadow.Limit.Stage is LimitStage.BeforeSession);
        _policyItems = [.. Enumerable.Range(0, live.Length + 1).Select(count => Join(live.AsSpan(0, count)))];
    }

    public RoutePolicies Route { get; }

    public RateLimiter Limiter { get; }

    /// <summary>True when a response's status may give permits back.</summary>
    public bool GivesBack { get; }

    public IRateLimitDraft? Draft => Route.RateLimitFields.Draft;

    /// <summary>The limits that admit and reject, as most requests meet them: nobody writes into it.</summary>
    public RouteLimit[] All => _live;

    /// <summary>A policy that a route names twice is one limit.</summary>
    public static RouteLimits Compile(RoutePolicies route, RateLimiter limiter)
    {
        RouteLimit[] limits = [.. route.RateLimits.DistinctBy(policy => policy.Name).Select(policy => new RouteLimit(policy, route)).OrderBy(limit => limit.Stage)];
        return new RouteLimits(route, [.. limits.Where(limit => !limit.Policy.Shadow)], [.. limits.SelectMany(ShadowLimit.Of)], limiter);
    }

    /// <summary>The limits of a stage that admit and reject.</summary>
    public ReadOnlySpan<RouteLimit> Of(LimitStage stage) => stage is LimitStage.BeforeSession ? _live.AsSpan(0, _liveBefore) : _live.AsSpan(_liveBefore);

    /// <summary>The limits of a stage that only report.</summary>
    public ReadOnlySpan<ShadowLimit> Shadows(LimitStage stage) =>
        stage is LimitStage.BeforeSession ? _shadows.AsSpan(0, _shadowsBefore) : _shadows.AsSpan(_shadowsBefore);

    /// <summary>Every policy of a stage once, whether it rejects or reports.</summary>
    public IEnumerable<RouteLimit> Named(LimitStage stage) =>
        _live.Concat(_shadows.Where(shadow => !shadow.IsBeside).Select(shadow => shadow.Limit)).Where(limit => limit.Stage == stage);

    /// <summary>The policy field's items when the first <paramref name="evaluated"/> of <see cref="All"/> were evaluated.</summary>
    public string PolicyItems(int evaluated) => _policyItems[evaluated];

    /// <summary>The policy field's items of those limits that responses tell of.</summary>
    public static string Join(ReadOnlySpan<RouteLimit> limits)
    {
        var items = new List<string>(limits.Length);
        foreach (RouteLimit limit in limits)
        {
            if (limit.Policy.Headers)
            {
                items.Add(limit.PolicyItem);
            }
        }

        return string.Join(", ", items);
    }
}
