namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>Bounds of the memory that counting in this process may take: about 50 B per partition and 8 B per stamp. Read at start.</summary>
public sealed record InMemoryPermitOptions
{
    /// <summary>
    /// Partitions with live permits that are kept apart; those beyond share one partition per policy and stripe until others
    /// have nothing live. Range: 64 to 100,000,000. Default: 262,144.
    /// </summary>
    public int MaxPartitions { get; init; } = 1 << 18;

    /// <summary>
    /// Permits remembered, all partitions together. At the bound a partition is held to the permits it has room for, never to more
    /// than its limit. Range: 1,024 to 4,294,967,296. Default: 16,777,216 (128 MB).
    /// </summary>
    public long MaxStamps { get; init; } = 1 << 24;
}
