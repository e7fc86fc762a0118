namespace Gateway.Policies.RateLimiting;

/// <summary>What becomes of a request at a stage.</summary>
internal enum LimitVerdict
{
    Admitted,

    /// <summary>A limit denied it: 429.</summary>
    Rejected,

    /// <summary>A limit cannot be counted and refuses then: 503.</summary>
    Unavailable,
}
