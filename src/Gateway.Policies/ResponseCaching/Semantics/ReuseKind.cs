namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What a stored response is good for now (RFC 9111 §4).</summary>
internal enum ReuseKind
{
    /// <summary>Served as it is: fresh, or stale within what the request accepts.</summary>
    Serve,

    /// <summary>Served now, and fetched anew behind the client's back (RFC 5861 §3).</summary>
    ServeAndRevalidate,

    /// <summary>Validated, or fetched anew, before anything is served.</summary>
    Revalidate,
}
