namespace Gateway.Policies.Sessions;

/// <summary>Reads <c>Authorization: Bearer …</c> (RFC 6750 §2.1; the scheme without case, RFC 9110 §11.1).</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer";

    /// <summary>The credentials after the scheme and its spaces; empty for any other scheme, for none, and for garbage.</summary>
    public static ReadOnlyMemory<char> Find(string? authorization)
    {
        ReadOnlyMemory<char> field = authorization.AsMemory().Trim(' ');
        bool ours = field.Length > Scheme.Length
            && field.Span.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && field.Span[Scheme.Length] == ' ';
        return ours ? field[Scheme.Length..].TrimStart(' ') : default;
    }
}
