namespace Gateway.Policies.RateLimiting;

/// <summary>Stores count in whole microseconds; a part of one is rounded up.</summary>
internal static class Microseconds
{
    public static long Of(TimeSpan span) => (span.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    public static TimeSpan Span(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);
}
