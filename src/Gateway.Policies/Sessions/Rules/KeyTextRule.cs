using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The key is text that a person can type into redis-cli.</summary>
internal sealed class KeyTextRule : IPolicyRule<SessionPolicy>
{
    private const int MaxLength = 256;

    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Key.Length > MaxLength || policy.Key.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            mistakes.Add(new PolicyMistake("Key", $"Key \"{policy.Key}\" is too long or has a space or control character", $"up to {MaxLength} characters without spaces"));
        }
    }
}
