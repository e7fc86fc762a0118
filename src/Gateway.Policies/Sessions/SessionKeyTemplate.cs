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

    public int LengthOf(int token) => _before.Length + token + _after.Length;

    /// <summary>Writes the key to <paramref name="key"/>, which has room for <see cref="LengthOf"/>.</summary>
    public void Write(ReadOnlySpan<char> token, Span<char> key)
    {
        _before.CopyTo(key);
        token.CopyTo(key[_before.Length..]);
        _after.CopyTo(key[(_before.Length + token.Length)..]);
    }

    public string KeyOf(ReadOnlySpan<char> token) => string.Concat(_before, token, _after);

    /// <summary>The token of a key made by <see cref="KeyOf"/>.</summary>
    public string TokenOf(string key) => key[_before.Length..^_after.Length];
}
