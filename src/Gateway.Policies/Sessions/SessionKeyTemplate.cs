using System.Security.Cryptography;
using System.Text;

namespace Gateway.Policies.Sessions;

/// <summary>
/// A key with <c>{token}</c> once in it and <c>{tenant}</c> at most once, cut in pieces so that token and tenant are put in, never
/// interpreted.
/// </summary>
internal sealed class SessionKeyTemplate
{
    public const string Placeholder = "{token}";
    public const string TenantPlaceholder = "{tenant}";
    private const int HashLength = 2 * SHA256.HashSizeInBytes;

    // A null piece before the token's place or after it is the tenant's.
    private readonly string?[] _before;
    private readonly string?[] _after;
    private readonly bool _hashes;

    public SessionKeyTemplate(SessionPolicy policy)
    {
        int at = policy.Key.IndexOf(Placeholder, StringComparison.Ordinal);
        _before = PiecesOf(policy.Key[..at]);
        _after = PiecesOf(policy.Key[(at + Placeholder.Length)..]);
        _hashes = policy.HashToken is TokenHash.Sha256;
    }

    public int LengthOf(in FoundToken found) => LengthOf(_before, found.Tenant) + (_hashes ? HashLength : found.Token.Length) + LengthOf(_after, found.Tenant);

    public string KeyOf(in FoundToken found) => string.Create(LengthOf(found), (Template: this, found), static (key, call) => call.Template.Write(call.found, key));

    /// <summary>Writes the key to <paramref name="key"/>, which has room for <see cref="LengthOf(in FoundToken)"/>.</summary>
    public void Write(in FoundToken found, Span<char> key)
    {
        key = Write(_before, found.Tenant, key);
        if (_hashes)
        {
            Hash(found.Token.Span, key);
        }
        else
        {
            found.Token.Span.CopyTo(key);
        }

        Write(_after, found.Tenant, key[(_hashes ? HashLength : found.Token.Length)..]);
    }

    /// <summary>The token of a key made by <see cref="KeyOf"/>; its hash where only that stands in keys.</summary>
    public string TokenOf(string key, string tenant) => key[LengthOf(_before, tenant)..^LengthOf(_after, tenant)];

    private static string?[] PiecesOf(string text)
    {
        string[] literals = text.Split(TenantPlaceholder);
        return [.. literals.SelectMany((literal, index) => index == 0 ? new string?[] { literal } : [null, literal])];
    }

    private static int LengthOf(string?[] pieces, string tenant)
    {
        int length = 0;
        foreach (string? piece in pieces)
        {
            length += (piece ?? tenant).Length;
        }

        return length;
    }

    private static Span<char> Write(string?[] pieces, string tenant, Span<char> key)
    {
        foreach (string? piece in pieces)
        {
            (piece ?? tenant).CopyTo(key);
            key = key[(piece ?? tenant).Length..];
        }

        return key;
    }

    // Tokens are ASCII: see TokenAlphabet.
    private static void Hash(ReadOnlySpan<char> token, Span<char> hex)
    {
        Span<byte> bytes = token.Length <= 1024 ? stackalloc byte[token.Length] : new byte[token.Length];
        Encoding.ASCII.GetBytes(token, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }
}
