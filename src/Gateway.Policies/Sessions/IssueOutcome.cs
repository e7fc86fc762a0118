namespace Gateway.Policies.Sessions;

/// <summary>What became of a login's answer.</summary>
public enum IssueOutcome
{
    /// <summary>The answer names nobody.</summary>
    Nothing,

    /// <summary>A session was created; cookie or header are on the response.</summary>
    Issued,

    /// <summary>The answer names somebody in a way that cannot be read.</summary>
    Unreadable,

    /// <summary>Redis is away: no session could be created.</summary>
    Unavailable,
}
