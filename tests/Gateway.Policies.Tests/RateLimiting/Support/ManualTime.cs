namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>A clock that moves when it is told to. Its timers never fire.</summary>
internal sealed class ManualTime(TimeSpan start) : TimeProvider
{
    /// <summary>2025-10-09T08:53:20Z, where the clocks of stores begin, so that their calendar windows begin alike.</summary>
    public static readonly TimeSpan StoreStart = TimeSpan.FromSeconds(1_760_000_000);

    private long _ticks = start.Ticks;

    public ManualTime()
        : this(TimeSpan.FromDays(1))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StillTimer();

    private sealed class StillTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
