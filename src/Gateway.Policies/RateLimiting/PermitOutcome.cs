namespace Gateway.Policies.RateLimiting;

/// <summary>What a limit answered.</summary>
public enum PermitOutcome
{
    /// <summary>Nobody asked.</summary>
    NotEvaluated,

    /// <summary>The limit has a permit for this request. Taken only when every limit asked together has one.</summary>
    Admitted,

    /// <summary>The limit has no permit left.</summary>
    Denied,

    /// <summary>Nobody can know: the store is away and the limit is configured to admit or refuse without counting.</summary>
    Unknown,
}
