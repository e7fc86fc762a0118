namespace Gateway.Policies.RateLimiting;

/// <summary>What a partition has used of a policy.</summary>
/// <param name="Limit">Permits per window, raised by a boost.</param>
/// <param name="Used">Permits taken that count now.</param>
/// <param name="Remaining">Permits left now.</param>
/// <param name="ResetAfter">Until more are left; zero when nothing is used.</param>
/// <param name="RetryAfter">Until one is free; zero when one is.</param>
/// <param name="BoostLeft">How long the partition's limit is raised; zero when it is not.</param>
public sealed record PartitionUsage(long Limit, long Used, long Remaining, TimeSpan ResetAfter, TimeSpan RetryAfter, TimeSpan BoostLeft);
