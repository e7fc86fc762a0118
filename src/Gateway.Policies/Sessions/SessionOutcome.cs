namespace Gateway.Policies.Sessions;

/// <summary>What a session policy made of a request. Only metrics and logs tell the refusals apart, never the client.</summary>
internal enum SessionOutcome
{
    /// <summary>The record was found and is good.</summary>
    Valid,

    /// <summary>No valid session, and none is demanded.</summary>
    Anonymous,

    /// <summary>The session is valid; a field that the route requires is missing or has another value.</summary>
    Forbidden,

    /// <summary>The session is valid, and the request lacks the proof that a page of the site made it.</summary>
    Csrf,

    /// <summary>No source carried a token.</summary>
    Missing,

    /// <summary>What the first source carried cannot be a token.</summary>
    Malformed,

    /// <summary>No record stands at the token's key.</summary>
    Unknown,

    /// <summary>The record's expiry has passed.</summary>
    Expired,

    /// <summary>The record's state is not among the valid ones.</summary>
    State,

    /// <summary>What stands at the token's key is not a session record.</summary>
    Corrupt,

    /// <summary>Redis is away; the session was seen valid within its grace.</summary>
    Stale,

    /// <summary>Redis is away and nothing is known of the session.</summary>
    Unavailable,
}
