namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Somebody whose wait has an end.</summary>
internal interface IWaiter
{
    /// <summary>When it ends, by the clock of <see cref="WaitExpiry"/>.</summary>
    long Deadline { get; }

    /// <summary>The wait is over already.</summary>
    bool IsSettled { get; }

    /// <summary>Ends the wait, unless it is over.</summary>
    void Expire();
}
