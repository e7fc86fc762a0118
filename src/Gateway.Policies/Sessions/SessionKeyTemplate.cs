namespace Gateway.Policies.Sessions;

/// <summary>A key with <c>{token}</c> once in it, cut in two so that the token is put in, never interpreted.</summary>
internal sealed class SessionKeyTemplate
{
    public const string Placeholder = "{token}";

    private readonly string _before;
    private readonly string _after;

    public SessionKeyTemplate(string template)
    {
        int at = template.IndexOf(Placeholder, StringComparison.Ordinal);
        _before = template[..at];
        _after = template[(at + Placeholder.Length)..];
    }

    public string KeyOf(ReadOnlySpan<char> token) => string.Concat(_before, token, _after);

    /// <summary>The token of a key made by <see cref="KeyOf"/>.</summary>
    public string TokenOf(string key) => key[_before.Length..^_after.Length];
}
