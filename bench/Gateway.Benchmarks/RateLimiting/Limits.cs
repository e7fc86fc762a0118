using Gateway.Policies.RateLimiting;

namespace Gateway.Benchmarks.RateLimiting;

/// <summary>Questions for the store.</summary>
internal static class Limits
{
    /// <summary>
    /// One question for each of so many partitions, which always have room, however fast a benchmark asks (64 of them have some 80 live
    /// permits each at five million requests a second), or never after the first time.
    /// </summary>
    public static PermitRequest[][] Of(Counting counting, int partitions, bool full = false) =>
        [.. Enumerable.Range(1, partitions).Select(partition => (PermitRequest[])[Of(counting, full, (UInt128)partition * 0x9E3779B97F4A7C15)])];

    private static PermitRequest Of(Counting counting, bool full, UInt128 partition)
    {
        (long limit, TimeSpan window) = full ? (1, TimeSpan.FromHours(1)) : (5000, TimeSpan.FromMilliseconds(1));
        return counting switch
        {
            Counting.SlidingWindow => new("bench", partition, limit, window),
            Counting.SubWindows => new("bench", partition, limit, window) { Coarse = true },
            Counting.TokenBucket => new("bench", partition, limit, window, Algorithm: RateLimitAlgorithm.TokenBucket, Burst: limit),
            Counting.FixedWindow => new("bench", partition, limit, window, Algorithm: RateLimitAlgorithm.FixedWindow),
            _ => throw new ArgumentOutOfRangeException(nameof(counting)),
        };
    }
}
