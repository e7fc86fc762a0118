using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The key has the token in it, once.</summary>
internal sealed class KeyTokenRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        int first = policy.Key.IndexOf(SessionKeyTemplate.Placeholder, StringComparison.Ordinal);
        int last = policy.Key.LastIndexOf(SessionKeyTemplate.Placeholder, StringComparison.Ordinal);
        if (first < 0 || first != last)
        {
            string problem = first < 0 ? "has no {token}" : "has {token} more than once";
            mistakes.Add(new PolicyMistake("Key", $"Key \"{policy.Key}\" {problem}", "a key with {token} once in it, for example \"session:{token}\""));
        }
    }
}
