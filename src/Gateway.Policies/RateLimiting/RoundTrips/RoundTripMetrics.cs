using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Counts the calls of the shared store and those that were not needed, by what saved them.</summary>
internal sealed class RoundTripMetrics
{
    private readonly CounterCell _calls;
    private readonly CounterCell _denialMemory;
    private readonly CounterCell _combining;
    private readonly CounterCell _joining;
    private readonly CounterCell _lease;
    private readonly CounterCell _approximation;

    public RoundTripMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(RateLimitMetrics.MeterName);
        _calls = CellCounter.Create(meter, "gateway.ratelimit.store_calls", "{call}", "Questions to Redis for permits; those that round_trips_saved counts by joining travelled in another's call.").Of();
        var saved = CellCounter.Create(meter, "gateway.ratelimit.round_trips_saved", "{call}", "Decisions that needed no call of Redis of their own, by what saved it.");
        _denialMemory = saved.Of(new KeyValuePair<string, object?>("by", "denial_memory"));
        _combining = saved.Of(new KeyValuePair<string, object?>("by", "combining"));
        _joining = saved.Of(new KeyValuePair<string, object?>("by", "joining"));
        _lease = saved.Of(new KeyValuePair<string, object?>("by", "lease"));
        _approximation = saved.Of(new KeyValuePair<string, object?>("by", "approximation"));
    }

    public void Called() => _calls.Add();

    /// <summary>Rejected because Redis has said until when.</summary>
    public void SavedByDenialMemory() => _denialMemory.Add();

    /// <summary>Decided by a call that asked for several requests.</summary>
    public void SavedByCombining(int calls) => _combining.Add(calls);

    /// <summary>Questions of other partitions that travelled in a call with another.</summary>
    public void SavedByJoining(int calls) => _joining.Add(calls);

    /// <summary>Admitted with a permit that an earlier call took.</summary>
    public void SavedByLease() => _lease.Add();

    /// <summary>Admitted by a limit that is approximate, and told later.</summary>
    public void SavedByApproximation() => _approximation.Add();
}
