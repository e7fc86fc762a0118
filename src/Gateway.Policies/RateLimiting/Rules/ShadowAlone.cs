using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A limit that only reports has no live one to try another number beside.</summary>
internal sealed class ShadowAlone : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy is { Shadow: true, ShadowLimit: not null })
        {
            mistakes.Add(new PolicyMistake(nameof(policy.ShadowLimit), "ShadowLimit is set beside \"Shadow\": true", "one of the two: a shadow tries its own Limit"));
        }
    }
}
