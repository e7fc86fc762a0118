using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions;

/// <summary>Where a login's answer names the user: <c>Header:X-Session-User</c>, <c>HeaderJson:X-Session</c>, <c>Json:user.id</c>.</summary>
/// <param name="Kind">What is read.</param>
/// <param name="Name">The header's name, or the field's path.</param>
public sealed record SessionIssueSource(SessionIssueKind Kind, string Name) : IConfigValue<SessionIssueSource>
{
    public static string Allowed => "Header:<name>, HeaderJson:<name>, Json:<field>";

    public bool IsHeader => Kind is not SessionIssueKind.Json;

    public static bool TryParse(string text, [MaybeNullWhen(false)] out SessionIssueSource value)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? "" : text[(colon + 1)..];
        bool known = colon > 0 && Enum.TryParse(text[..colon], ignoreCase: true, out SessionIssueKind _) && text[..colon].All(char.IsAsciiLetter);
        value = known && !string.IsNullOrWhiteSpace(name) ? new SessionIssueSource(Enum.Parse<SessionIssueKind>(text[..colon], ignoreCase: true), name) : null;
        return value is not null;
    }

    public override string ToString() => $"{Kind}:{Name}";
}
