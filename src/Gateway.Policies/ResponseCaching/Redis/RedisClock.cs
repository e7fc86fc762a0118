namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Redis's clock as this gateway sees it, so that gateways whose own clocks differ measure the same. Exact to half the time the last
/// call took.
/// </summary>
internal sealed class RedisClock(TimeProvider time)
{
    private long _ahead;

    /// <summary>This gateway's clock, Unix microseconds.</summary>
    public long Local => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Redis's clock, Unix microseconds.</summary>
    public long Now => Local + Interlocked.Read(ref _ahead);

    /// <summary>Takes note of what Redis's clock said during a call.</summary>
    /// <param name="asked">When the call began, by <see cref="Local"/>.</param>
    /// <param name="said">Redis's clock.</param>
    public void Set(long asked, long said) => Interlocked.Exchange(ref _ahead, said - (asked + ((Local - asked) / 2)));
}
