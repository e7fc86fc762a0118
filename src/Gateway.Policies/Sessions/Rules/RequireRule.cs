using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>Each required field can be met.</summary>
internal sealed class RequireRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach ((string field, IReadOnlyList<string> values) in policy.Require)
        {
            if (string.IsNullOrWhiteSpace(field) || values.Count == 0)
            {
                mistakes.Add(new PolicyMistake($"Require:{field}", $"Require:{field} allows no value", "one or more values, for example [ \"admin\" ]"));
            }
        }
    }
}
