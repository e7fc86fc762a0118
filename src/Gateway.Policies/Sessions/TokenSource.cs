using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions;

/// <summary>Where a request carries its session token: <c>Bearer</c>, <c>Cookie:sid</c>, <c>Header:X-Api-Key</c>, <c>Query:token</c>.</summary>
/// <param name="Kind">The part of the request.</param>
/// <param name="Name">The cookie's, header's or query parameter's name; null for <c>Bearer</c>.</param>
public sealed record TokenSource(TokenSourceKind Kind, string? Name = null) : IConfigValue<TokenSource>
{
    public static TokenSource Bearer { get; } = new(TokenSourceKind.Bearer);

    public static string Allowed => "Bearer, Cookie:<name>, Header:<name>, Query:<name>";

    public static bool TryParse(string text, [MaybeNullWhen(false)] out TokenSource value)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        string? name = colon < 0 ? null : text[(colon + 1)..];
        bool known = Enum.TryParse(kind, ignoreCase: true, out TokenSourceKind parsed) && kind.All(char.IsAsciiLetter);
        bool fits = parsed is TokenSourceKind.Bearer ? name is null : !string.IsNullOrWhiteSpace(name);
        value = known && fits ? new TokenSource(parsed, name) : null;
        return value is not null;
    }

    public override string ToString() => Name is null ? Kind.ToString() : $"{Kind}:{Name}";
}
