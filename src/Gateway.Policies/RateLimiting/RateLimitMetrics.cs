using System.Diagnostics.Metrics;

namespace Gateway.Policies.RateLimiting;

/// <summary>Counts what limits decide, by route, policy and outcome.</summary>
public sealed class RateLimitMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Gateway.RateLimiting";

    private readonly Counter<long> _decisions;

    public RateLimitMetrics(IMeterFactory meters) =>
        _decisions = meters.Create(MeterName).CreateCounter<long>(
            "gateway.ratelimit.decisions", "{decision}", "Decisions of limits; of a rejected request only the limits that rejected it.");

    internal void Decided(RouteLimit limit, string outcome) => _decisions.Add(1, limit.RouteTag, limit.PolicyTag, new("outcome", outcome));
}
