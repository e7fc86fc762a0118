namespace Gateway.Policies.RateLimiting;

/// <summary>What a limit does while Redis is away.</summary>
public enum RateLimitOutage
{
    /// <summary>Counts in this process, the limit divided by the gateways last seen alive.</summary>
    Local,

    /// <summary>Admits every request.</summary>
    Open,

    /// <summary>Refuses every request with 503 and <c>Retry-After</c>.</summary>
    Closed,
}
