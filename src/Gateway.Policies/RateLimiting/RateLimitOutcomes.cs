namespace Gateway.Policies.RateLimiting;

/// <summary>Outcomes as metrics and the access log name them.</summary>
internal static class RateLimitOutcomes
{
    public const string Admitted = "admitted";
    public const string Rejected = "rejected";

    /// <summary>Admitted by this gateway's own count while Redis is away.</summary>
    public const string AdmittedLocally = "admitted_local";

    /// <summary>Rejected by this gateway's own count while Redis is away.</summary>
    public const string RejectedLocally = "rejected_local";

    /// <summary>Admitted uncounted while Redis is away.</summary>
    public const string Open = "open";

    /// <summary>Refused with 503 while Redis is away.</summary>
    public const string Closed = "closed";
}
