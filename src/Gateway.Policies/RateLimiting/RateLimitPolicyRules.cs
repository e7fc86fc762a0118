using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting.Rules;

namespace Gateway.Policies.RateLimiting;

/// <summary>What a limit must satisfy beyond being readable.</summary>
public static class RateLimitPolicyRules
{
    /// <summary>The highest limit there may be.</summary>
    public const long LargestLimit = LimitInRange.Largest;

    public static IReadOnlyList<IPolicyRule<RateLimitPolicy>> All { get; } =
    [
        new LimitInRange(),
        new WindowInRange(),
        new BurstFits(),
        new ConcurrencyIsLive(),
        new PartitionNamed(),
        new PartitionPartsDiffer(),
        new PartitionNamesAreTokens(),
        new Ipv6PrefixInRange(),
        new OtherLimitsInRange(),
        new CostFits(),
        new CountOnlyOrRefund(),
        new ShadowAlone(),
        new StatusRejects(),
    ];
}
