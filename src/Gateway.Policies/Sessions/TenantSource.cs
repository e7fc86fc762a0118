using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions;

/// <summary>Where a request says which tenant it means: <c>Host</c>, or <c>Header:X-Tenant</c>.</summary>
/// <param name="Header">The header's name; null: the request's host.</param>
public sealed record TenantSource(string? Header) : IConfigValue<TenantSource>
{
    private const string Host = "Host";
    private const string HeaderPrefix = "Header:";

    public static string Allowed => "Host, Header:<name>";

    public static bool TryParse(string text, [MaybeNullWhen(false)] out TenantSource value)
    {
        bool isHeader = text.Length > HeaderPrefix.Length && text.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase);
        value = text.Equals(Host, StringComparison.OrdinalIgnoreCase) ? new TenantSource(Header: null)
            : isHeader ? new TenantSource(text[HeaderPrefix.Length..])
            : null;
        return value is not null;
    }

    public override string ToString() => Header is null ? Host : HeaderPrefix + Header;
}
