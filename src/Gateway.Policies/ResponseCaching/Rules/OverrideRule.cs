using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Override and Force say what Ttl wins over, so they need one.</summary>
internal sealed class OverrideRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (!HasLifetime(policy) && policy.Override)
        {
            mistakes.Add(new PolicyMistake("Override", "Override is true, but there is no Ttl that could win", "Override together with Ttl or StatusTtl"));
        }

        if (!HasLifetime(policy) && policy.Force)
        {
            mistakes.Add(new PolicyMistake("Force", "Force is true, but there is no Ttl that could win", "Force together with Ttl or StatusTtl"));
        }
    }

    private static bool HasLifetime(CachePolicy policy) => policy.Ttl is not null || policy.StatusTtl.Count > 0;
}
