using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching;

/// <summary>A request the cache has no part in: <c>Header:X-Preview</c>, <c>Cookie:admin=1</c>, <c>Query:nocache</c>.</summary>
/// <param name="Source">The part of the request.</param>
/// <param name="Name">The header's, cookie's or query parameter's name.</param>
/// <param name="Value">The value it must have; null: any.</param>
public sealed record BypassCondition(BypassSource Source, string Name, string? Value = null) : IConfigValue<BypassCondition>
{
    public static string Allowed => "Header:<name>, Cookie:<name>, Query:<name>, each also with =<value>";

    public static bool TryParse(string text, [MaybeNullWhen(false)] out BypassCondition value)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string source = colon < 0 ? text : text[..colon];
        string[] rest = colon < 0 ? [""] : text[(colon + 1)..].Split('=', 2);
        bool known = Enum.TryParse(source, ignoreCase: true, out BypassSource parsed) && source.All(char.IsAsciiLetter);
        value = known && !string.IsNullOrWhiteSpace(rest[0]) ? new BypassCondition(parsed, rest[0], rest.Length > 1 ? rest[1] : null) : null;
        return value is not null;
    }

    public override string ToString() => Value is null ? $"{Source}:{Name}" : $"{Source}:{Name}={Value}";
}
