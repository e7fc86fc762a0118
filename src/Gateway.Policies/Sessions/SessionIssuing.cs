namespace Gateway.Policies.Sessions;

/// <summary>A login route's settings, with the session policy they name.</summary>
public sealed record SessionIssuing(SessionIssue Settings, SessionPolicy Policy);
