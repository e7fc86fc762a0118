using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The idle time to live is one that Redis and people can keep.</summary>
internal sealed class SlidingRule : IPolicyRule<SessionPolicy>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Sliding < Shortest || policy.Sliding > Longest)
        {
            mistakes.Add(new PolicyMistake("Sliding", $"Sliding is {Duration.Format(policy.Sliding.Value)}", "a duration from 1s to 365d"));
        }
    }
}
