using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting;

/// <summary>One part of a partition: <c>ClientIp</c>, <c>Route</c>, <c>Header:X-Api-Key</c> …</summary>
/// <param name="Source">Where the value comes from.</param>
/// <param name="Name">The header's, cookie's, query parameter's or session field's name; null for the other sources.</param>
public sealed record PartitionPart(PartitionSource Source, string? Name = null) : IConfigValue<PartitionPart>
{
    public static PartitionPart ClientIp { get; } = new(PartitionSource.ClientIp);

    public static string Allowed =>
        "ClientIp, Session, User, Route, Host, Path, Method, Global, Header:<name>, Cookie:<name>, Query:<name>, SessionField:<name>";

    /// <summary>True for what is known only once the session is validated.</summary>
    public bool NeedsSession => Source is PartitionSource.Session or PartitionSource.User or PartitionSource.SessionField;

    public static bool TryParse(string text, [MaybeNullWhen(false)] out PartitionPart value)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string source = colon < 0 ? text : text[..colon];
        string? name = colon < 0 ? null : text[(colon + 1)..];
        bool known = Enum.TryParse(source, ignoreCase: true, out PartitionSource parsed) && source.All(char.IsAsciiLetter);
        bool named = parsed is PartitionSource.Header or PartitionSource.Cookie or PartitionSource.Query or PartitionSource.SessionField;
        value = known && named == !string.IsNullOrWhiteSpace(name) && (named || name is null) ? new PartitionPart(parsed, name) : null;
        return value is not null;
    }

    public override string ToString() => Name is null ? Source.ToString() : $"{Source}:{Name}";
}
