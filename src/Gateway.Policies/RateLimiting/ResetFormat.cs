namespace Gateway.Policies.RateLimiting;

/// <summary>How <c>X-RateLimit-Reset</c> is written.</summary>
public enum ResetFormat
{
    /// <summary>Unix time in seconds, rounded up.</summary>
    Unix,

    /// <summary>Seconds from now, rounded up.</summary>
    Delta,
}
