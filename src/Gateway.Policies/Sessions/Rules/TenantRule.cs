using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The key has a tenant exactly where the policy says who that is, apart from the token.</summary>
internal sealed class TenantRule : IPolicyRule<SessionPolicy>
{
    // Without a separator that neither can contain, one tenant's token could be read as another's.
    private static bool IsApart(string key)
    {
        int tenant = key.IndexOf(SessionKeyTemplate.TenantPlaceholder, StringComparison.Ordinal);
        int token = key.IndexOf(SessionKeyTemplate.Placeholder, StringComparison.Ordinal);
        int from = tenant < token ? tenant + SessionKeyTemplate.TenantPlaceholder.Length : token + SessionKeyTemplate.Placeholder.Length;
        int to = Math.Max(tenant, token);
        return token < 0 || (from < to && key.AsSpan(from, to - from).Contains(':'));
    }

    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        int tenant = policy.Key.IndexOf(SessionKeyTemplate.TenantPlaceholder, StringComparison.Ordinal);
        if (tenant >= 0 && policy.Tenant is null)
        {
            mistakes.Add(new PolicyMistake("Key", "Key has {tenant}, and Tenant does not say where it comes from", $"a \"Tenant\": {TenantSource.Allowed}"));
        }

        if (policy.Tenant is not null && (tenant < 0 || tenant != policy.Key.LastIndexOf(SessionKeyTemplate.TenantPlaceholder, StringComparison.Ordinal)))
        {
            mistakes.Add(new PolicyMistake("Key", $"Key \"{policy.Key}\" does not have {{tenant}} once", "a key such as \"session:{tenant}:{token}\""));
        }

        if (policy.Tenant?.Header is { } header && !FieldName.IsValid(header))
        {
            mistakes.Add(new PolicyMistake("Tenant", $"\"{header}\" is no header name", FieldName.Allowed));
        }

        if (tenant >= 0 && !IsApart(policy.Key))
        {
            mistakes.Add(new PolicyMistake("Key", $"Key \"{policy.Key}\" does not keep tenant and token apart", "a colon between them: \"session:{tenant}:{token}\""));
        }
    }
}
