namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What RFC 9110 says of status codes.</summary>
internal static class StatusCodes9110
{
    /// <summary>§15.1: cacheable without explicit freshness.</summary>
    public static bool IsHeuristicallyCacheable(int status) => status is 200 or 203 or 204 or 206 or 300 or 301 or 308 or 404 or 405 or 410 or 414 or 501;

    /// <summary>RFC 6585: responses about one client's request, which a cache must not store.</summary>
    public static bool IsNeverStored(int status) => status is 428 or 429 or 431 or 511;

    /// <summary>Codes whose caching this cache knows, for must-understand (RFC 9111 §5.2.2.3). A 304 is never stored as such.</summary>
    public static bool IsUnderstood(int status) => status is (>= 200 and <= 206) or 300 or 301 or 302 or 303 or 307 or 308
        or (>= 400 and <= 417) or 421 or 422 or 426 or (>= 500 and <= 505);
}
