namespace Gateway.Benchmarks.RateLimiting;

/// <summary>How a limit counts.</summary>
public enum Counting
{
    /// <summary>Every permit by its moment.</summary>
    SlidingWindow,

    /// <summary>A sliding window in 64 sub-windows.</summary>
    SubWindows,

    TokenBucket,

    FixedWindow,
}
