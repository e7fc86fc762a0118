using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>Some state is valid, and each is one.</summary>
internal sealed class ValidStatesRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.ValidStates.Count == 0 || policy.ValidStates.Any(string.IsNullOrWhiteSpace))
        {
            mistakes.Add(new PolicyMistake("ValidStates", "ValidStates is empty or has an empty state", "one or more states, for example [ \"active\" ]"));
        }
    }
}
