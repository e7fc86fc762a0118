using System.Diagnostics.Metrics;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Counts the calls of the shared store and those that were not needed, by what saved them.</summary>
internal sealed class RoundTripMetrics
{
    private static readonly KeyValuePair<string, object?> DenialMemory = new("by", "denial_memory");
    private static readonly KeyValuePair<string, object?> Combining = new("by", "combining");
    private static readonly KeyValuePair<string, object?> Lease = new("by", "lease");
    private static readonly KeyValuePair<string, object?> Approximation = new("by", "approximation");

    private readonly Counter<long> _calls;
    private readonly Counter<long> _saved;

    public RoundTripMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(RateLimitMetrics.MeterName);
        _calls = meter.CreateCounter<long>("gateway.ratelimit.store_calls", "{call}", "Calls of Redis that took permits or were denied them.");
        _saved = meter.CreateCounter<long>("gateway.ratelimit.round_trips_saved", "{call}", "Decisions that needed no call of Redis of their own, by what saved it.");
    }

    public void Called() => _calls.Add(1);

    /// <summary>Rejected because Redis has said until when.</summary>
    public void SavedByDenialMemory() => _saved.Add(1, DenialMemory);

    /// <summary>Decided by a call that asked for several requests.</summary>
    public void SavedByCombining(int calls) => _saved.Add(calls, Combining);

    /// <summary>Admitted with a permit that an earlier call took.</summary>
    public void SavedByLease() => _saved.Add(1, Lease);

    /// <summary>Admitted by a limit that is approximate, and told later.</summary>
    public void SavedByApproximation() => _saved.Add(1, Approximation);
}
