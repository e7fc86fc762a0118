using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The grace is long enough to help and short enough for a revocation.</summary>
internal sealed class GraceRule : IPolicyRule<SessionPolicy>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Grace < Shortest || policy.Grace > Longest)
        {
            mistakes.Add(new PolicyMistake("Grace", $"Grace is {Duration.Format(policy.Grace)}", "a duration from 1s to 24h"));
        }
    }
}
