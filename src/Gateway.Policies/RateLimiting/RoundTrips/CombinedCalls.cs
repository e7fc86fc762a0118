using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Asks the store one call at a time for each question: while a call is in flight, those who ask the same wait, and the next call asks
/// for all of them; the first so many as are granted pass, in their order. Other questions are not delayed.
/// </summary>
internal sealed class CombinedCalls
{
    private readonly LaneCalls _calls;
    private readonly TimeSpan _deadline;
    private readonly RoundTripMetrics _metrics;
    private readonly RoundTripOptions _options;
    private readonly TickClock _clock;
    private readonly TimeProvider _time;
    private readonly WaitExpiry _expiry;
    private readonly LaneTable _lanes = new();

    public CombinedCalls(LaneCalls calls, TimeSpan deadline, RoundTripMetrics metrics, RoundTripOptions options, TickClock clock, TimeProvider time)
    {
        _calls = calls;
        _deadline = deadline;
        _metrics = metrics;
        _options = options;
        _clock = clock;
        _time = time;
        _expiry = new WaitExpiry(deadline, time, clock);
    }

    /// <summary>Admits with a permit that is held, if there is one. Allocates nothing.</summary>
    public bool TrySpend(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        lock (_lanes.GateOf(requests))
        {
            if (_lanes.Find(requests) is not { } lane || !lane.TrySpend(now, decisions, _calls.Ledger))
            {
                return false;
            }

            lane.Arrived(now);
        }

        _metrics.SavedByLease();
        return true;
    }

    /// <inheritdoc cref="IPermitStore.AcquireAsync(ReadOnlyMemory{PermitRequest}, Memory{PermitDecision}, WaitBudget)"/>
    public ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        Waiter<bool>? waiter = null;
        LaneCall call = default;
        bool spent = false;
        Lane? lane;
        lock (_lanes.GateOf(requests.Span))
        {
            long now = _clock.Now();
            lane = _lanes.FindOrAdd(requests.Span);
            lane?.Arrived(now);
            if (lane is { IsBusy: true })
            {
                waiter = TryQueue(lane, decisions, wait, now);
                lane = waiter is null ? null : lane;
            }
            else if (lane is not null)
            {
                spent = lane.TrySpend(now, decisions.Span, _calls.Ledger);
                call = spent ? default : _calls.Begin(lane, 1);
            }
        }

        if (spent)
        {
            _metrics.SavedByLease();
            return ValueTask.FromResult(true);
        }

        if (waiter is not null)
        {
            _expiry.Watch(waiter);
            return waiter.Answer;
        }

        return lane is null ? _calls.AloneAsync(requests, decisions, wait) : LeadAsync(lane, call, decisions, wait);
    }

    /// <summary>What is held of a limit and not used, in permits.</summary>
    public long Unspent(PermitRequest request)
    {
        long permits = 0;
        long now = _clock.Now();
        _lanes.ForEach(lane =>
        {
            foreach (ref readonly PermitRequest held in lane.Requests.AsSpan())
            {
                permits += held.Partition == request.Partition && held.Policy == request.Policy ? lane.Unspent(now) * (long)held.Cost : 0;
            }
        });
        return permits;
    }

    /// <summary>Drops what is held: of a partition, or (null) everything.</summary>
    public void Drop(UInt128? partition) => _lanes.ForEach(lane =>
    {
        if (partition is null || Array.Exists(lane.Requests, request => request.Partition == partition))
        {
            lane.TryEndLease(_calls.Ledger, out _);
        }
    });

    /// <summary>Null: not to wait here, but to call alone.</summary>
    private Waiter<bool>? TryQueue(Lane lane, Memory<PermitDecision> decisions, WaitBudget wait, long now)
    {
        TimeSpan left = wait.Begin(_deadline, _time);
        var waiter = new Waiter<bool>(decisions, left, now, wait, _time);
        if (_options.Combining && left >= WaitBudget.Shortest && lane.TryQueue(waiter))
        {
            return waiter;
        }

        wait.End(_time);
        return null;
    }

    private async ValueTask<bool> LeadAsync(Lane lane, LaneCall call, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        try
        {
            int granted = await _calls.CallAsync(lane, call, wait);
            _calls.Tell(lane, 0, granted, decisions.Span);
            return granted > 0;
        }
        finally
        {
            _calls.GoOn(lane);
        }
    }
}
