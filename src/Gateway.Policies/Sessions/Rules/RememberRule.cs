using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>What is remembered is forgotten soon enough for a record that an application revokes by itself.</summary>
internal sealed class RememberRule : IPolicyRule<SessionPolicy>
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Remember < TimeSpan.Zero || policy.Remember > Longest)
        {
            mistakes.Add(new PolicyMistake("Remember", $"Remember is {Duration.Format(policy.Remember)}", "a duration from 0s to 1m"));
        }
    }
}
