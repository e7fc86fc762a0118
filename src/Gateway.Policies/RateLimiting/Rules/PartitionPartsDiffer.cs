using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A part that is named twice says nothing more than once; it is most likely a slip. Header and query names have no case.</summary>
internal sealed class PartitionPartsDiffer : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (IGrouping<string, PartitionPart> same in policy.PartitionBy.GroupBy(Identity).Where(same => same.Count() > 1))
        {
            mistakes.Add(new PolicyMistake(nameof(policy.PartitionBy), $"PartitionBy names {same.First()} {same.Count()} times", "each part once"));
        }
    }

    private static string Identity(PartitionPart part) =>
        part.Source is PartitionSource.Header or PartitionSource.Query ? part.ToString().ToLowerInvariant() : part.ToString();
}
