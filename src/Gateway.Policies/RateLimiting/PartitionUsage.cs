namespace Gateway.Policies.RateLimiting;

/// <summary>What a partition has used of a policy.</summary>
/// <param name="Limit">Permits per window.</param>
/// <param name="Remaining">Permits left now.</param>
/// <param name="ResetAfter">Until more are left; zero when nothing is used.</param>
/// <param name="RetryAfter">Until one is free; zero when one is.</param>
public sealed record PartitionUsage(long Limit, long Remaining, TimeSpan ResetAfter, TimeSpan RetryAfter);
