namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// What this gateway has admitted of one question and not told the store yet, and what the store last said. The gate of its table
/// guards it.
/// </summary>
internal sealed class Debt(PermitRequest request, Lock gate)
{
    public PermitRequest[] Requests { get; } = [request];

    /// <summary>What the store last said.</summary>
    public PermitDecision Answer { get; set; }

    public Lock Gate { get; } = gate;

    /// <summary>Requests admitted and not told.</summary>
    public int Untold { get; set; }

    /// <summary>When the store last answered; <see cref="long.MinValue"/>: never.</summary>
    public long Received { get; set; } = long.MinValue;

    /// <summary>When the last request was admitted.</summary>
    public long LastAdmitted { get; set; }

    /// <summary>A call that tells is under way.</summary>
    public bool IsBeingTold { get; set; }

    /// <summary>A timer will see to it.</summary>
    public bool HasTimer { get; set; }

    /// <summary>Nobody needs to remember this.</summary>
    public bool IsIdle => Untold == 0 && !IsBeingTold && !HasTimer;
}
