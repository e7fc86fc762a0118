namespace Gateway.Policies.RateLimiting;

/// <summary>How exact a limit is that several gateways share.</summary>
public enum RateLimitAccuracy
{
    /// <summary>Never more than the limit in any window.</summary>
    Exact,

    /// <summary>No request waits for Redis while much is left: each gateway counts first and tells Redis soon after.</summary>
    Approximate,
}
