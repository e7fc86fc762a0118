namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// One timer for all who wait, set to the earliest moment: most waits are over before, so that a timer for each would be made and thrown
/// away for nothing. Its owner's gate guards it.
/// </summary>
internal sealed class Alarm
{
    private readonly ITimer _timer;
    private readonly TickClock _clock;
    private long _next = long.MaxValue;

    /// <param name="ring">Called when it is time, outside of the owner's gate; begins with <see cref="Rang"/>.</param>
    /// <param name="time">A clock that does not step.</param>
    /// <param name="clock">The clock that moments are told by.</param>
    public Alarm(Action ring, TimeProvider time, TickClock clock)
    {
        _clock = clock;
        // Without the execution context of whoever waits first.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static ring => ((Action)ring!)(), ring, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Rings at this moment, or sooner for another.</summary>
    public void RingBy(long moment)
    {
        if (moment < _next)
        {
            _next = moment;
            // Timers count whole milliseconds, and cut off what is beyond.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(TimeSpan.FromTicks(moment - _clock.Now()).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>It rings no more until it is told to.</summary>
    public void Rang() => _next = long.MaxValue;
}
