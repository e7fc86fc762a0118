using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Hands back what was held and not used in time, so that it costs nobody a permit: what ends within a moment together. Best effort: what
/// does not get back leaves the window like any other. A gateway that remembers a denial from before goes on denying until then, as if
/// nothing had come back.
/// </summary>
internal sealed class LeaseReturns
{
    /// <summary>What ends within so much time is handed back together.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly IPermitStore _store;
    private readonly LeaseLedger _ledger;
    private readonly TickClock _clock;
    private readonly Alarm _alarm;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Lane, long> _ends = new();
    private List<UnusedPermits> _unused = [];

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

    /// <summary>In a moment, without delaying the caller.</summary>
    public void Return(in UnusedPermits unused)
    {
        lock (_gate)
        {
            _unused.Add(unused);
            _alarm.RingBy(_clock.Now() + Moment.Ticks);
        }
    }

    private void Look()
    {
        List<Lane> ended = [];
        List<UnusedPermits> unused;
        lock (_gate)
        {
            (unused, _unused) = (_unused, []);
            _alarm.Rang();
            long now = _clock.Now();
            long end;
            while (_ends.TryPeek(out _, out end) && end <= now)
            {
                ended.Add(_ends.Dequeue());
            }

            if (_ends.Count > 0)
            {
                _alarm.RingBy(Math.Max(end, now + Moment.Ticks));
            }
        }

        foreach (Lane lane in ended)
        {
            lock (lane.Gate)
            {
                // Another lease may have taken its place, with an end of its own.
                if (lane.Unspent(_clock.Now()) == 0 && lane.TryEndLease(_ledger, out UnusedPermits left))
                {
                    unused.Add(left);
                }
            }
        }

        if (unused.Count > 0)
        {
            _ = ReturnAsync(unused);
        }
    }

    private async Task ReturnAsync(List<UnusedPermits> unused)
    {
        try
        {
            await _store.RefundAsync(unused, new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // They count until they are a window old.
        }
    }
}
