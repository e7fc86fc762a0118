using System.Runtime.CompilerServices;
using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.RateLimiting.Offenders;
using Gateway.Policies.RateLimiting.Shadowing;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.RateLimiting;

/// <summary>Asks the store for the limits of a request and decides in its place while it is away. One for all routes.</summary>
public sealed class RateLimiter
{
    // A store in this process waits for nothing.
    private static readonly WaitBudget NoWait = new();
    private readonly IPermitStore _store;
    private readonly OutageLimits? _outage;
    private readonly OutageMode _mode;
    private readonly RateLimitMetrics _metrics;
    private readonly ConditionalWeakTable<RoutePolicies, RouteLimits> _compiled = [];

    /// <param name="store">Counts the permits.</param>
    /// <param name="local">Counts in this process while <paramref name="store"/> is away; may be the same.</param>
    /// <param name="gateways">How many gateways share the limits.</param>
    /// <param name="secret">Keys the hash that names partitions.</param>
    /// <param name="metrics">Counts decisions.</param>
    /// <param name="time">The clock of response fields.</param>
    /// <param name="boosts">Partitions whose limit is raised for a while.</param>
    /// <param name="offenders">Notes who is rejected.</param>
    /// <param name="logger">Hears of changes of mode.</param>
    internal RateLimiter(
        IPermitStore store,
        ILocalPermitStore local,
        ILiveGateways gateways,
        PartitionSecret secret,
        RateLimitMetrics metrics,
        TimeProvider time,
        BoostTable boosts,
        OffenderTable offenders,
        ILogger<RateLimiter> logger)
    {
        _store = store;
        _outage = ReferenceEquals(store, local) ? null : new OutageLimits(local, gateways);
        _mode = new OutageMode(time, logger);
        _metrics = metrics;
        Secret = secret;
        Shadows = new ShadowLimits(store, secret, metrics, logger);
        Time = time;
        Boosts = boosts;
        Offenders = offenders;
        Refunds = new Refunds(store, _outage, metrics);
        InUse = new InUse(store, _outage);
    }

    internal PartitionSecret Secret { get; }

    /// <summary>The clock of response fields.</summary>
    internal TimeProvider Time { get; }

    internal BoostTable Boosts { get; }

    internal OffenderTable Offenders { get; }

    internal Refunds Refunds { get; }

    /// <summary>Permits of concurrency limits.</summary>
    internal InUse InUse { get; }

    /// <summary>Limits that only report.</summary>
    internal ShadowLimits Shadows { get; }

    internal IPermitStore Store => _store;

    /// <summary>A route's limits, compiled once for both stages; a request carries its state from one to the other by them.</summary>
    internal RouteLimits Compile(RoutePolicies route) => _compiled.GetValue(route, uncompiled => RouteLimits.Compile(uncompiled, this));

    /// <summary>Acquires a permit of every limit of a stage, or of none; the decisions are in <paramref name="request"/>. Never throws.</summary>
    internal ValueTask<LimitVerdict> AcquireAsync(RequestLimits request, Range stage, GatewayRequest shared)
    {
        if (stage.Start.Value == stage.End.Value)
        {
            // Exempt from all of them, or none but shadows.
            return ValueTask.FromResult(LimitVerdict.Admitted);
        }

        if (!_store.IsAvailable)
        {
            return ValueTask.FromResult(Away(request, stage, shared, "Redis is away"));
        }

        ValueTask<bool> pending = _store.AcquireAsync(request.Requests(stage), request.DecisionsOf(stage), _outage is null ? NoWait : shared.RedisWait);
        return pending.IsCompletedSuccessfully
            ? ValueTask.FromResult(Answered(request, stage, shared, pending.Result))
            : AwaitAsync(pending, request, stage, shared);
    }

    private async ValueTask<LimitVerdict> AwaitAsync(ValueTask<bool> pending, RequestLimits request, Range stage, GatewayRequest shared)
    {
        try
        {
            return Answered(request, stage, shared, await pending);
        }
        catch (StoreUnavailableException away)
        {
            return Away(request, stage, shared, away.Message);
        }
    }

    private LimitVerdict Answered(RequestLimits request, Range stage, GatewayRequest shared, bool admitted)
    {
        request.Decided(stage, admitted, locally: false);
        if (_outage is not null)
        {
            _mode.Answered();
            if (admitted)
            {
                _outage.Record(request, stage);
            }
        }

        LimitVerdict verdict = admitted ? LimitVerdict.Admitted : LimitVerdict.Rejected;
        Count(request, stage, shared, verdict, RateLimitOutcomes.Admitted, RateLimitOutcomes.Rejected);
        return verdict;
    }

    private LimitVerdict Away(RequestLimits request, Range stage, GatewayRequest shared, string reason)
    {
        _mode.Failed(reason);
        LimitVerdict verdict = _outage!.Decide(request, stage);
        request.Decided(stage, verdict is LimitVerdict.Admitted, locally: true);
        Count(request, stage, shared, verdict, RateLimitOutcomes.AdmittedLocally, RateLimitOutcomes.RejectedLocally);
        return verdict;
    }

    private void Count(RequestLimits request, Range stage, GatewayRequest shared, LimitVerdict verdict, string admitted, string rejected)
    {
        for (int i = stage.Start.Value; i < stage.End.Value; i++)
        {
            string? outcome = (verdict, request.Decisions[i].Outcome) switch
            {
                (LimitVerdict.Admitted, PermitOutcome.Admitted) => admitted,
                (LimitVerdict.Admitted, PermitOutcome.Unknown) => RateLimitOutcomes.Open,
                (LimitVerdict.Rejected, PermitOutcome.Denied) => rejected,
                (LimitVerdict.Unavailable, _) when request.At(i).Policy.WhenRedisFails is RateLimitOutage.Closed => RateLimitOutcomes.Closed,
                _ => null,
            };
            if (outcome is not null)
            {
                _metrics.Decided(request.At(i), outcome);
                shared.RateLimitOutcome = outcome;
            }
        }
    }
}
