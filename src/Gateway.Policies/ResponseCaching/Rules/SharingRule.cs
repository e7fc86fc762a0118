using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>An entry is either one user's or everyone's.</summary>
internal sealed class SharingRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy is { PerUser: true, Shared: true })
        {
            mistakes.Add(new PolicyMistake("Shared", "Shared and PerUser are both true", "one of them: PerUser keeps an entry per user, Shared one for all"));
        }
    }
}
