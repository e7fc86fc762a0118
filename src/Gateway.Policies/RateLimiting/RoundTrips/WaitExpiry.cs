namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Ends waits that take too long. One timer for all, set to the earliest end: nearly all are over long before, so that a timer for each
/// would be made and thrown away for nothing.
/// </summary>
internal sealed class WaitExpiry
{
    private const int FewEnough = 256;
    private readonly Lock _gate = new();
    private readonly List<IWaiter> _waiters = [];
    private readonly ITimer _timer;
    private readonly TimeSpan _deadline;
    private readonly TickClock _clock;
    private long _next = long.MaxValue;
    private int _many = FewEnough;

    /// <param name="deadline">How long a request waits at most.</param>
    /// <param name="time">A clock that does not step.</param>
    /// <param name="clock">The clock that the waits' ends are told by.</param>
    public WaitExpiry(TimeSpan deadline, TimeProvider time, TickClock clock)
    {
        _deadline = deadline;
        _clock = clock;
        // Without the execution context of whoever waits first.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static expiry => ((WaitExpiry)expiry!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
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
            SetTimer(waiter.Deadline);
        }
    }

    private void Look()
    {
        List<IWaiter> late = [];
        lock (_gate)
        {
            long now = _clock.Now();
            DropSettled();
            late.AddRange(_waiters.Where(waiter => waiter.Deadline <= now && !waiter.TryExcuse(_deadline, now)));
            _waiters.RemoveAll(waiter => waiter.Deadline <= now);
            _next = long.MaxValue;
            foreach (IWaiter waiter in _waiters)
            {
                SetTimer(waiter.Deadline);
            }
        }

        foreach (IWaiter waiter in late)
        {
            waiter.Expire();
        }
    }

    private void DropSettled() => _waiters.RemoveAll(static waiter => waiter.IsSettled);

    private void SetTimer(long deadline)
    {
        if (deadline < _next)
        {
            _next = deadline;
            // Timers count whole milliseconds, and cut off what is beyond.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(TimeSpan.FromTicks(deadline - _clock.Now()).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }
}
