using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Hands back what was held and not used in time, so that it costs nobody a permit. Best effort: what does not get back leaves the
/// window like any other. A gateway that remembers a denial from before goes on denying until then, as if nothing had come back.
/// </summary>
internal sealed class LeaseReturns
{
    /// <summary>Leases that run out within so much time may be looked after together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(20);

    private readonly IPermitStore _store;
    private readonly LeaseLedger _ledger;
    private readonly TickClock _clock;
    private readonly Alarm _alarm;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Lane, long> _ends = new();

    public LeaseReturns(IPermitStore store, LeaseLedger ledger, TickClock clock, TimeProvider time)
    {
        _store = store;
        _ledger = ledger;
        _clock = clock;
        _alarm = new Alarm(Look, time, clock);
    }

    /// <summary>When the lease just taken has run out.</summary>
    public void ReturnAfter(Lane lane, TimeSpan hold)
    {
        lock (_gate)
        {
            long end = _clock.Now() + hold.Ticks;
            _ends.Enqueue(lane, end);
            _alarm.RingBy(end);
        }
    }

    /// <summary>Now, without delaying the caller.</summary>
    public async Task ReturnAsync(PermitRequest[] requests, PermitDecision[] granted, int copies)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _store.RefundAsync(requests, granted, copies, new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // They count until they are a window old.
        }
    }

    private void Look()
    {
        var ended = new List<Lane>();
        lock (_gate)
        {
            _alarm.Rang();
            long now = _clock.Now();
            long end;
            while (_ends.TryPeek(out Lane? lane, out end) && end <= now)
            {
                _ends.Dequeue();
                ended.Add(lane);
            }

            if (_ends.Count > 0)
            {
                _alarm.RingBy(Math.Max(end, now + Together.Ticks));
            }
        }

        foreach (Lane lane in ended)
        {
            End(lane);
        }
    }

    private void End(Lane lane)
    {
        lock (lane.Gate)
        {
            // Another lease may have taken its place, with an end of its own.
            if (lane.Unspent(_clock.Now()) == 0 && lane.TryEndLease(_ledger, out PermitDecision[]? granted, out int copies))
            {
                _ = ReturnAsync(lane.Requests, granted, copies);
            }
        }
    }
}
