using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>What is allowed for clocks is less than a session's life.</summary>
internal sealed class ClockSkewRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.ClockSkew < TimeSpan.Zero || policy.ClockSkew > TimeSpan.FromMinutes(10))
        {
            mistakes.Add(new PolicyMistake("ClockSkew", $"ClockSkew is {Duration.Format(policy.ClockSkew)}", "a duration from 0s to 10m"));
        }
    }
}
