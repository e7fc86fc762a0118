namespace Gateway.Policies.RateLimiting;

/// <summary>A limit's answer. Times are spans from the moment of the answer, so that no clock needs to agree with the store's.</summary>
/// <param name="Outcome">Whether the request passes this limit.</param>
/// <param name="Remaining">Whole permits left after this request, 0 or more.</param>
/// <param name="ResetAfter">Until <paramref name="Remaining"/> grows; zero when every permit is free.</param>
/// <param name="RetryAfter">For a denied request: until it would pass, exact; <see cref="Never"/> when it costs more than the limit. Zero otherwise.</param>
public readonly record struct PermitDecision(PermitOutcome Outcome, long Remaining, TimeSpan ResetAfter, TimeSpan RetryAfter)
{
    /// <summary>The <see cref="RetryAfter"/> of a request that costs more than its limit.</summary>
    public static readonly TimeSpan Never = TimeSpan.MaxValue;

    public static PermitDecision Unknown { get; } = new(PermitOutcome.Unknown, 0, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>
    /// Under what the store has the permits of this answer, for <see cref="IPermitStore.RefundAsync"/>; has no other meaning.
    /// Zero when nothing was taken.
    /// </summary>
    public long Receipt { get; init; }

    /// <summary>True when the numbers are an answer of a store.</summary>
    public bool IsKnown => Outcome is PermitOutcome.Admitted or PermitOutcome.Denied;
}
