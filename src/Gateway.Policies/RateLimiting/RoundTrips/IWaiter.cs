using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Somebody whose wait has an end.</summary>
internal interface IWaiter
{
    /// <summary>When it ends, by the clock of <see cref="WaitExpiry"/>.</summary>
    long Deadline { get; }

    /// <summary>The wait is over already.</summary>
    bool IsSettled { get; }

    /// <summary>The time is over: gives the wait more if this process stood still meanwhile, see <see cref="WaitBudget.Excuse"/>.</summary>
    bool TryExcuse(TimeSpan deadline, long now);

    /// <summary>Ends the wait, unless it is over.</summary>
    void Expire();
}
