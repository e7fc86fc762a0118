namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Monotonic time since it was made, in ticks of 100 ns as spans are. Never the time of day, which may step.</summary>
internal sealed class TickClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public long Now() => time.GetElapsedTime(_origin).Ticks;
}
