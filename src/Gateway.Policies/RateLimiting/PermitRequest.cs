namespace Gateway.Policies.RateLimiting;

/// <summary>Asks one limit for permits.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Partition">Whose permits: the keyed hash of policy and partition. Requests with the same one share their count.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="Window">The window's length; a part of a microsecond counts as a whole one.</param>
/// <param name="Cost">Permits that one request takes, 1 or more. One beyond the limit never passes.</param>
/// <param name="Algorithm">How the limit counts. Each algorithm has a count of its own.</param>
/// <param name="Burst">Permits that a <see cref="RateLimitAlgorithm.TokenBucket"/> holds; elsewhere without meaning.</param>
public readonly record struct PermitRequest(
    string Policy,
    UInt128 Partition,
    long Limit,
    TimeSpan Window,
    int Cost = 1,
    RateLimitAlgorithm Algorithm = RateLimitAlgorithm.SlidingWindow,
    long Burst = 0);
