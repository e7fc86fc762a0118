using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>What a request costs is at least one permit, and no more than everybody's limit: a request beyond it never passes.</summary>
internal sealed class CostFits : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        // What is wrong with a limit is another rule's to say.
        long least = Math.Max(1, policy.Ask(UInt128.Zero, Math.Min(policy.Limit, policy.Plans?.Limits.Values.Min() ?? policy.Limit), cost: 1).Capacity);
        Check(policy.Cost.ByMethod.Count == 0 ? nameof(policy.Cost) : $"{nameof(policy.Cost)}:Default", policy.Cost.Default, least, mistakes);
        foreach ((string method, int cost) in policy.Cost.ByMethod)
        {
            Check($"{nameof(policy.Cost)}:{method}", cost, least, mistakes);
        }

        if (policy.Cost.Header.AsSpan().ContainsAnyExcept(PartitionNamesAreTokens.TokenLetters))
        {
            mistakes.Add(new PolicyMistake($"{nameof(policy.Cost)}:Header", $"Cost names {policy.Cost.Header}", PartitionNamesAreTokens.Allowed));
        }
    }

    private static void Check(string key, int cost, long least, ICollection<PolicyMistake> mistakes)
    {
        if (cost < 1 || cost > least)
        {
            mistakes.Add(new PolicyMistake(
                key,
                string.Create(CultureInfo.InvariantCulture, $"the cost of a request is {cost}"),
                string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to the most permits there can be, which is {least}")));
        }
    }
}
