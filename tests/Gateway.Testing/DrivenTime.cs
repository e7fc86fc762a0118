namespace Gateway.Testing;

/// <summary>Time that stands still until it is told to pass; timers fire then and not before, so what waits can be counted instead of measured.</summary>
public sealed class DrivenTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<Timer> _armed = [];
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <summary>How many timers fire once this has passed, not sooner and not later.</summary>
    public int FiringAfter(TimeSpan time)
    {
        lock (_gate)
        {
            return _armed.Count(timer => timer.Due == _ticks + time.Ticks);
        }
    }

    /// <summary>How many timers fire while this passes.</summary>
    public int FiringWithin(TimeSpan time)
    {
        lock (_gate)
        {
            return _armed.Count(timer => timer.Due <= _ticks + time.Ticks);
        }
    }

    public void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (_gate)
        {
            Interlocked.Add(ref _ticks, by.Ticks);
            due = [.. _armed.Where(timer => timer.Due <= _ticks).OrderBy(timer => timer.Due)];
            foreach (Timer timer in due)
            {
                Arm(timer, timer.Period);
            }
        }

        foreach (Timer timer in due)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Arm(Timer timer, TimeSpan after)
    {
        timer.Due = _ticks + after.Ticks;
        _ = after > TimeSpan.Zero ? _armed.Add(timer) : _armed.Remove(timer);
    }

    private sealed class Timer(DrivenTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Period = period;
                time.Arm(this, dueTime);
            }

            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
