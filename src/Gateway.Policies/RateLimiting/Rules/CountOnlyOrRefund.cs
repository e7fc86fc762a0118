using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>Statuses that count and statuses that do not are two ways to say one thing.</summary>
internal sealed class CountOnlyOrRefund : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.CountOnly.Count > 0 && policy.Refund.Count > 0)
        {
            mistakes.Add(new PolicyMistake(nameof(policy.Refund), "Refund is set beside CountOnly", "one of the two: with CountOnly, every other status is refunded"));
        }
    }
}
