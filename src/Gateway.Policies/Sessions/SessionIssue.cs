namespace Gateway.Policies.Sessions;

/// <summary>
/// Marks a login route: when its destination names a user, the gateway creates a session and gives the client a cookie, or a token. A session
/// that the request came with ends.
/// </summary>
public sealed record SessionIssue
{
    /// <summary>The session policy, of <c>Gateway:Sessions</c>, whose session it becomes.</summary>
    public required string Policy { get; init; }

    /// <summary>Where the destination's answer names the user. A header is taken out of what the client receives.</summary>
    public required SessionIssueSource From { get; init; }

    /// <summary>How long the session lives at most. Range: 1 s to 3650 days. Default: 24 h.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The cookie that carries the token; the policy must look for it. Default: <c>__Host-sid</c>.</summary>
    public string Cookie { get; init; } = "__Host-sid";

    /// <summary>False: the cookie travels without TLS too; for development. Default: true.</summary>
    public bool Secure { get; init; } = true;

    /// <summary>Whether other sites' requests carry the cookie. Default: <c>lax</c>, only when a user follows a link.</summary>
    public SessionSameSite SameSite { get; init; } = SessionSameSite.Lax;

    /// <summary>The token is returned in this header instead of a cookie. Null: a cookie.</summary>
    public string? TokenHeader { get; init; }
}
