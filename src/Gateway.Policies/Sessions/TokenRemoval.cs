using System.Text;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Takes session tokens out of what a destination receives: from every place where the policy looks for one, and from no other. What is
/// left stays as it was, byte for byte. Pure: takes field values.
/// </summary>
public sealed class TokenRemoval
{
    private readonly bool _bearer;
    private readonly string[] _cookies;
    private readonly string[] _query;

    public TokenRemoval(SessionPolicy policy)
    {
        // A header that the gateway itself sets carries no client's token any longer.
        _bearer = policy.Token.Any(source => source.Kind is TokenSourceKind.Bearer) && !Sets(policy, "Authorization");
        _cookies = NamesOf(policy, TokenSourceKind.Cookie);
        _query = NamesOf(policy, TokenSourceKind.Query);
        Headers = [.. NamesOf(policy, TokenSourceKind.Header).Where(name => !Sets(policy, name))];
    }

    /// <summary>Headers that go as a whole.</summary>
    public IReadOnlyList<string> Headers { get; }

    public bool HasCookies => _cookies.Length > 0;

    public bool HasQuery => _query.Length > 0;

    /// <summary>True when this <c>Authorization</c> value carries a session token: another scheme's credentials stay.</summary>
    public bool Removes(string? authorization) => _bearer && !BearerToken.Find(authorization).IsEmpty;

    /// <summary>A <c>Cookie</c> field's value without the policy's cookies; null when nothing is left.</summary>
    public string? WithoutCookies(string cookies) =>
        Without(cookies, ';', pair => Array.IndexOf(_cookies, NameOf(pair).Trim(' ', '\t')) >= 0) is { } kept && kept.AsSpan().Trim(" \t;").Length > 0
            ? kept.TrimStart(' ', '\t')
            : null;

    /// <summary>A query, with its question mark, without the policy's parameters; empty when nothing is left.</summary>
    public string WithoutParameters(string? query)
    {
        if (query is not { Length: > 1 })
        {
            return query ?? "";
        }

        string? kept = Without(query[1..], '&', pair => Array.IndexOf(_query, Decode(NameOf(pair))) >= 0);
        return kept is null ? "" : $"?{kept}";
    }

    private static bool Sets(SessionPolicy policy, string header) =>
        policy.Forward.Keys.Contains(header, StringComparer.OrdinalIgnoreCase) || header.Equals(policy.Sign?.Header, StringComparison.OrdinalIgnoreCase);

    private static string[] NamesOf(SessionPolicy policy, TokenSourceKind kind) =>
        [.. policy.Token.Where(source => source.Kind == kind).Select(source => source.Name!)];

    private static string NameOf(ReadOnlySpan<char> pair)
    {
        int equals = pair.IndexOf('=');
        return (equals < 0 ? pair : pair[..equals]).ToString();
    }

    private static string Decode(string name) => Uri.UnescapeDataString(name.Replace('+', ' '));

    // Null when every piece goes.
    private static string? Without(string text, char separator, PieceTest goes)
    {
        var kept = new StringBuilder(text.Length);
        bool any = false;
        foreach (Range range in text.AsSpan().Split(separator))
        {
            ReadOnlySpan<char> piece = text.AsSpan(range);
            if (!goes(piece))
            {
                kept.Append(any ? separator : null).Append(piece);
                any = true;
            }
        }

        return any ? kept.ToString() : null;
    }

    private delegate bool PieceTest(ReadOnlySpan<char> piece);
}
