using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The longest life is one.</summary>
internal sealed class MaxLifetimeRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.MaxLifetime < TimeSpan.FromSeconds(1) || policy.MaxLifetime > SessionAdmin.MaxTimeToLive)
        {
            mistakes.Add(new PolicyMistake("MaxLifetime", $"MaxLifetime is {Duration.Format(policy.MaxLifetime.Value)}", "a duration from 1s to 3650d"));
        }
    }
}
