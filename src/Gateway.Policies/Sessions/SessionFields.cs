namespace Gateway.Policies.Sessions;

/// <summary>Where a session record keeps what the gateway reads.</summary>
public sealed record SessionFields
{
    public string Id { get; init; } = "id";

    public string User { get; init; } = "user_id";

    /// <summary>ISO 8601 or Unix seconds.</summary>
    public string CreatedAt { get; init; } = "created_at";

    /// <summary>ISO 8601 or Unix seconds. Missing: only the key's own time to live ends the session.</summary>
    public string ExpiresAt { get; init; } = "expires_at";

    public string State { get; init; } = "session_state";

    public string Plan { get; init; } = "plan";
}
