using System.Text;

namespace Gateway.Policies.Sessions;

/// <summary>The keys that a policy's records can have.</summary>
/// <param name="policy">Whose keys.</param>
/// <param name="tenant">One tenant's; empty: all, where there are tenants.</param>
internal sealed class SessionKeyPattern(SessionPolicy policy, string tenant)
{
    private const char Any = '*';
    private readonly string _before = tenant.Length == 0 ? BeforeToken(policy.Key) : BeforeToken(policy.Key).Replace(SessionKeyTemplate.TenantPlaceholder, tenant, StringComparison.Ordinal);
    private readonly string _after = tenant.Length == 0 ? AfterToken(policy.Key) : AfterToken(policy.Key).Replace(SessionKeyTemplate.TenantPlaceholder, tenant, StringComparison.Ordinal);

    /// <summary>A glob pattern that matches these keys, and perhaps others.</summary>
    public string Glob => Escape(_before) + Any + Escape(_after);

    /// <summary>True for a key that the policy could have made: what stands in the token's place is a token.</summary>
    public bool Matches(string key)
    {
        int tenantAt = _before.IndexOf(SessionKeyTemplate.TenantPlaceholder, StringComparison.Ordinal);
        int start = tenantAt < 0 ? _before.Length : EndOfTenant(key, tenantAt);
        int tenantAfter = _after.IndexOf(SessionKeyTemplate.TenantPlaceholder, StringComparison.Ordinal);
        string end = tenantAfter < 0 ? _after : _after[..tenantAfter];
        int at = end.Length == 0 ? key.Length : start < 0 || start > key.Length ? -1 : key.IndexOf(end, start, StringComparison.Ordinal);
        return start >= 0 && at > start && TokenAlphabet.Accepts(key.AsSpan(start, at - start), policy.MaxTokenLength);
    }

    private static string BeforeToken(string key) => key[..key.IndexOf(SessionKeyTemplate.Placeholder, StringComparison.Ordinal)];

    private static string AfterToken(string key) => key[(key.IndexOf(SessionKeyTemplate.Placeholder, StringComparison.Ordinal) + SessionKeyTemplate.Placeholder.Length)..];

    // Where the text between tenant and token ends; -1: it is not there.
    private int EndOfTenant(string key, int tenantAt)
    {
        string between = _before[(tenantAt + SessionKeyTemplate.TenantPlaceholder.Length)..];
        int at = key.Length <= tenantAt ? -1 : key.IndexOf(between, tenantAt, StringComparison.Ordinal);
        return at < 0 ? -1 : at + between.Length;
    }

    private static string Escape(string text)
    {
        var glob = new StringBuilder(text.Replace(SessionKeyTemplate.TenantPlaceholder, "\0", StringComparison.Ordinal));
        foreach (string special in (string[])["\\", "*", "?", "[", "]"])
        {
            glob.Replace(special, "\\" + special);
        }

        return glob.Replace('\0', Any).ToString();
    }
}
