namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>An answer told again later.</summary>
internal static class AgedDecision
{
    /// <summary>The decision with its spans counted from a later moment.</summary>
    /// <param name="decision">As it was answered.</param>
    /// <param name="elapsed">Ticks since; a denial never gets shorter than one tick by it.</param>
    public static PermitDecision Aged(this in PermitDecision decision, long elapsed) => decision with
    {
        ResetAfter = Left(decision.ResetAfter, elapsed, decision.Outcome),
        RetryAfter = decision.RetryAfter == PermitDecision.Never ? PermitDecision.Never : Left(decision.RetryAfter, elapsed, decision.Outcome),
    };

    private static TimeSpan Left(TimeSpan span, long elapsed, PermitOutcome outcome) =>
        TimeSpan.FromTicks(Math.Max(span.Ticks - elapsed, outcome is PermitOutcome.Denied && span > TimeSpan.Zero ? 1 : 0));
}
