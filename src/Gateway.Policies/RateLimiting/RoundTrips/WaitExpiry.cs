namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Ends waits that take too long; nearly all are over long before.</summary>
internal sealed class WaitExpiry
{
    private const int FewEnough = 256;
    private readonly Lock _gate = new();
    private readonly List<IWaiter> _waiters = [];
    private readonly Alarm _alarm;
    private readonly TimeSpan _deadline;
    private readonly TickClock _clock;
    private int _many = FewEnough;

    /// <param name="deadline">How long a request waits at most.</param>
    /// <param name="time">A clock that does not step.</param>
    /// <param name="clock">The clock that the waits' ends are told by.</param>
    public WaitExpiry(TimeSpan deadline, TimeProvider time, TickClock clock)
    {
        _deadline = deadline;
        _clock = clock;
        _alarm = new Alarm(Look, time, clock);
    }

    /// <summary>How many waits are kept, those that are over included: twice as many as are not, at most, but for the first few.</summary>
    public int Watched
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count;
            }
        }
    }

    /// <summary>Ends this wait in time.</summary>
    public void Watch(IWaiter waiter)
    {
        lock (_gate)
        {
            if (_waiters.Count >= _many)
            {
                DropSettled();
                _many = Math.Max(FewEnough, 2 * _waiters.Count);
            }

            _waiters.Add(waiter);
            _alarm.RingBy(waiter.Deadline);
        }
    }

    private void Look()
    {
        List<IWaiter> late;
        lock (_gate)
        {
            long now = _clock.Now();
            DropSettled();
            late = _waiters.FindAll(waiter => waiter.Deadline <= now && !waiter.TryExcuse(_deadline, now));
            _waiters.RemoveAll(waiter => waiter.Deadline <= now);
            _alarm.Rang();
            foreach (IWaiter waiter in _waiters)
            {
                _alarm.RingBy(waiter.Deadline);
            }
        }

        foreach (IWaiter waiter in late)
        {
            waiter.Expire();
        }
    }

    private void DropSettled() => _waiters.RemoveAll(static waiter => waiter.IsSettled);
}
