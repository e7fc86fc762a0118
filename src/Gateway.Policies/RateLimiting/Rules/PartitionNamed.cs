using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A limit counts for someone; one count for all is written <c>Global</c>.</summary>
internal sealed class PartitionNamed : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.PartitionBy.Count == 0)
        {
            mistakes.Add(new PolicyMistake(nameof(policy.PartitionBy), "PartitionBy is empty", $"one or more of {PartitionPart.Allowed}"));
        }
    }
}
