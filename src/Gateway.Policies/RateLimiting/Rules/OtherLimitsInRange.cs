using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>The limits of plans and the one tried in the shadow are limits like any other.</summary>
internal sealed class OtherLimitsInRange : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach ((string plan, long limit) in policy.Plans?.Limits ?? new Dictionary<string, long>())
        {
            Check($"{nameof(policy.Plans)}:{plan}", $"the limit of plan \"{plan}\"", limit, mistakes);
        }

        Check(nameof(policy.ShadowLimit), nameof(policy.ShadowLimit), policy.ShadowLimit ?? 1, mistakes);
    }

    private static void Check(string key, string what, long limit, ICollection<PolicyMistake> mistakes)
    {
        if (limit is < 1 or > LimitInRange.Largest)
        {
            mistakes.Add(new PolicyMistake(
                key,
                string.Create(CultureInfo.InvariantCulture, $"{what} is {limit}"),
                string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {LimitInRange.Largest}")));
        }
    }
}
