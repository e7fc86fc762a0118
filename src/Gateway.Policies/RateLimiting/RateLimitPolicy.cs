using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting;

/// <summary>A limit on how many requests of one partition pass in any window of time.</summary>
public sealed record RateLimitPolicy : Policy
{
    /// <summary>Permits per window and partition. Range: 1 to 100,000: each live permit is remembered, 8 bytes in process and about 17 in Redis.</summary>
    public required long Limit { get; init; }

    /// <summary>The window's length. Range: 1 ms to 30 days.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Whose permits: one part, or several that together name one partition. Default: <c>ClientIp</c>.</summary>
    public IReadOnlyList<PartitionPart> PartitionBy { get; init; } = [PartitionPart.ClientIp];

    /// <summary>What happens while Redis is away. Default: <c>local</c>, count in this process.</summary>
    public RateLimitOutage WhenRedisFails { get; init; } = RateLimitOutage.Local;

    /// <summary>How <c>X-RateLimit-Reset</c> is written. Default: <c>unix</c>.</summary>
    public ResetFormat ResetFormat { get; init; } = ResetFormat.Unix;
}
