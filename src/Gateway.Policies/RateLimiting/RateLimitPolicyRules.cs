using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting.Rules;

namespace Gateway.Policies.RateLimiting;

/// <summary>What a limit must satisfy beyond being readable.</summary>
public static class RateLimitPolicyRules
{
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

    /// <summary>Everything that is wrong with a policy.</summary>
    public static IReadOnlyList<PolicyMistake> Check(RateLimitPolicy policy)
    {
        var mistakes = new List<PolicyMistake>();
        foreach (IPolicyRule<RateLimitPolicy> rule in All)
        {
            rule.Check(policy, mistakes);
        }

        return mistakes;
    }
}
