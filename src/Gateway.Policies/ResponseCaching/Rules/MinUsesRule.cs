using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>What is to be stored at all has to be missed at least once, and not endlessly.</summary>
internal sealed class MinUsesRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.MinUses is < 1 or > 100)
        {
            mistakes.Add(new PolicyMistake("MinUses", $"MinUses is {policy.MinUses}", "a whole number from 1 (stored at once) to 100"));
        }
    }
}
