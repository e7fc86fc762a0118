namespace Gateway.Policies.ResponseCaching;

/// <summary>What becomes of a client's wish for something newer than what is stored (RFC 9111 §5.2.1).</summary>
public enum ClientNoCache
{
    /// <summary>As the RFC says: the destination is asked before anything is served.</summary>
    Honour,

    /// <summary>The same, but what was fetched or validated within the last second is new enough: a client cannot drive the destination.</summary>
    Revalidate,

    /// <summary>The wish counts for nothing.</summary>
    Ignore,
}
