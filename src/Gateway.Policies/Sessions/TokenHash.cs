namespace Gateway.Policies.Sessions;

/// <summary>What of a token stands in a record's key.</summary>
public enum TokenHash
{
    /// <summary>The token itself.</summary>
    None,

    /// <summary>The SHA-256 of the token, 64 lower-case hex digits: who can read Redis has no credential in hand.</summary>
    Sha256,
}
