namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What decided how long a response stays fresh (RFC 9111 §4.2.1).</summary>
internal enum LifetimeSource
{
    /// <summary>Nothing: the response is stale at once.</summary>
    None,
    SharedMaxAge,
    MaxAge,
    Expires,

    /// <summary>The policy's <c>Ttl</c>.</summary>
    Policy,

    /// <summary>A tenth of the time since Last-Modified (§4.2.2).</summary>
    Heuristic,
}
