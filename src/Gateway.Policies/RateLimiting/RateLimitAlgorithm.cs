namespace Gateway.Policies.RateLimiting;

/// <summary>How a limit counts.</summary>
#pragma warning disable CA1028 // A byte: every request holds one per limit.
public enum RateLimitAlgorithm : byte
#pragma warning restore CA1028
{
    /// <summary>No window of the limit's length, wherever it begins, sees more than the limit.</summary>
    SlidingWindow,

    /// <summary>A bucket of <c>Burst</c> permits that refills evenly, the limit per window (GCRA).</summary>
    TokenBucket,

    /// <summary>The limit per calendar window, all windows beginning at multiples of their length since 1970 (UTC).</summary>
    FixedWindow,

    /// <summary>So many requests at once.</summary>
    Concurrency,
}
