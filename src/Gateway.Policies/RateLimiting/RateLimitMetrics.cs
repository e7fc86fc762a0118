using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;

namespace Gateway.Policies.RateLimiting;

/// <summary>Counts what limits decide, by route, policy and outcome.</summary>
public sealed class RateLimitMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Gateway.RateLimiting";

    private readonly CellCounter _decisions;
    private readonly Counter<long> _shadowDecisions;
    private readonly Counter<long> _refunds;

    public RateLimitMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _decisions = CellCounter.Create(
            meter, "gateway.ratelimit.decisions", "{decision}", "Decisions of limits; of a rejected request only the limits that rejected it.");
        _refunds = meter.CreateCounter<long>(
            "gateway.ratelimit.refunds", "{request}", "Requests whose permits were handed back for their response's status.");
        _shadowDecisions = meter.CreateCounter<long>(
            "gateway.ratelimit.shadow_decisions", "{decision}", "What limits that only report would have decided.");
    }

    /// <summary>A limit decides the same again and again: it keeps the series that it counted in last.</summary>
    internal void Decided(RouteLimit limit, string outcome)
    {
        if (limit.Counted is not { } counted || !ReferenceEquals(counted.Outcome, outcome))
        {
            limit.Counted = counted = new CountedDecisions(outcome, _decisions.Of(limit.RouteTag, limit.PolicyTag, new("outcome", outcome)));
        }

        counted.Cell.Add();
    }

    internal void Refunded(RouteLimit limit) => _refunds.Add(1, limit.RouteTag, limit.PolicyTag);

    internal void Shadowed(RouteLimit limit, string outcome) => _shadowDecisions.Add(1, limit.RouteTag, limit.PolicyTag, new("outcome", outcome));
}
