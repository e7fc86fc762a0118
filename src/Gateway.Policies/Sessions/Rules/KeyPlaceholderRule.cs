using System.Text.RegularExpressions;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The key has no placeholder that nothing fills.</summary>
internal sealed partial class KeyPlaceholderRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (Match placeholder in Placeholder().Matches(policy.Key))
        {
            if (placeholder.Value is not (SessionKeyTemplate.Placeholder or SessionKeyTemplate.TenantPlaceholder))
            {
                mistakes.Add(new PolicyMistake("Key", $"Key has the unknown placeholder {placeholder.Value}", $"{SessionKeyTemplate.Placeholder}, {SessionKeyTemplate.TenantPlaceholder}"));
            }
        }
    }

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
