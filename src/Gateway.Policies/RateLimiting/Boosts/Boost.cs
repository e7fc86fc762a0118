namespace Gateway.Policies.RateLimiting.Boosts;

/// <summary>A higher limit for one partition for a while.</summary>
/// <param name="Limit">Permits per window.</param>
/// <param name="Ends">When it ends, as a timestamp of the gateway's clock.</param>
internal readonly record struct Boost(long Limit, long Ends)
{
    /// <summary>How many there may be at once: every gateway holds all of them.</summary>
    public const int Most = 1000;
}
