using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// What one partition has used of one limit, as the limit's algorithm counts it. Moments are microseconds since 1970. Not safe for
/// several threads: its stripe's gate guards it.
/// </summary>
internal abstract class PermitCount
{
    /// <summary>Stamps' worth of memory that it has taken from the budget.</summary>
    public virtual int Capacity => 0;

    /// <summary>A count that has used nothing.</summary>
    public static PermitCount For(in PermitRequest request) => request.Algorithm switch
    {
        RateLimitAlgorithm.SlidingWindow => request.InSubWindows ? new SubWindows(request) : new PermitLog(),
        RateLimitAlgorithm.TokenBucket => new TokenBucket(),
        RateLimitAlgorithm.FixedWindow => new FixedWindow(),
        RateLimitAlgorithm.Concurrency => new InFlight(),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Algorithm, "No count for this algorithm."),
    };

    /// <summary>True when this is how the request is counted.</summary>
    public abstract bool Counts(in PermitRequest request);

    /// <summary>Takes over, from a sliding window that was counted in another form, what it has used.</summary>
    public virtual void TakeOver(PermitCount other, in PermitRequest request, MemoryBudget budget)
    {
    }

    /// <summary>True when nothing is used any more.</summary>
    public abstract bool IsDead(long now);

    /// <summary>Permits left; below zero when the limit was lowered below what is used.</summary>
    public abstract long Left(in PermitRequest request, long now);

    /// <summary>How many permits, at most so many, there is memory to remember. All but a log need none.</summary>
    public virtual long Room(in PermitRequest request, long permits, long now, MemoryBudget budget) => permits;

    /// <summary>Takes permits, which <see cref="Left"/> and <see cref="Room"/> allow.</summary>
    /// <returns>The receipt.</returns>
    public abstract long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget);

    /// <summary>How long until so many permits are left, no more than the limit's capacity.</summary>
    public abstract long Until(in PermitRequest request, long permits, long now);

    /// <summary>Hands permits back, never more than are used.</summary>
    /// <returns>False when these permits are not counted here.</returns>
    public abstract bool Refund(long receipt, long permits);
}
