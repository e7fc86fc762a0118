using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// How an algorithm counts what a partition has used. Without state of its own: a partition's is in its <see cref="PermitCount"/>, whose
/// stripe's gate guards it. Moments are microseconds since 1970.
/// </summary>
internal abstract class PermitCounting
{
    private static readonly PermitCounting[] All = [new PermitLog(), new SubWindows(), new TokenBucket(), new FixedWindow(), new InFlight()];

    /// <summary>The form that a request is counted in.</summary>
    public static PermitForm FormOf(in PermitRequest request) => request.Algorithm switch
    {
        RateLimitAlgorithm.SlidingWindow => request.InSubWindows ? PermitForm.SubWindows : PermitForm.Log,
        RateLimitAlgorithm.TokenBucket => PermitForm.TokenBucket,
        RateLimitAlgorithm.FixedWindow => PermitForm.FixedWindow,
        RateLimitAlgorithm.Concurrency => PermitForm.InFlight,
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Algorithm, "No count for this algorithm."),
    };

    public static PermitCounting Of(PermitForm form) => All[(int)form];

    /// <summary>True when a count of this form goes on for this request; else it is to be written anew.</summary>
    public virtual bool Fits(PermitCount count, in PermitRequest request) => true;

    /// <summary>Stamps' worth of memory that the count has taken from the budget.</summary>
    public virtual int Capacity(PermitCount count) => 0;

    /// <summary>Permits of a sliding window with the last moment at which they can have been taken, oldest first.</summary>
    public virtual (long Moment, long Permits)[] Taken(PermitCount count) => [];

    /// <summary>Takes over, from a sliding window that was counted in another form, what it has used.</summary>
    public virtual void TakeOver(PermitCount count, (long Moment, long Permits)[] taken, in PermitRequest request, MemoryBudget budget)
    {
    }

    /// <summary>Permits left; below zero when the limit was lowered below what is used.</summary>
    public abstract long Left(PermitCount count, in PermitRequest request, long now);

    /// <summary>How many permits, at most so many, there is memory to remember. All but a log need none.</summary>
    public virtual long Room(PermitCount count, in PermitRequest request, long permits, long now, MemoryBudget budget) => permits;

    /// <summary>Takes permits, which <see cref="Left"/> and <see cref="Room"/> allow.</summary>
    /// <returns>The receipt.</returns>
    public abstract long Take(PermitCount count, in PermitRequest request, long permits, long moment, long now, MemoryBudget budget);

    /// <summary>How long until so many permits are left, no more than the limit's capacity.</summary>
    public abstract long Until(PermitCount count, in PermitRequest request, long permits, long now);

    /// <summary>Hands permits back, never more than are used.</summary>
    /// <returns>False when these permits are not counted here.</returns>
    public abstract bool Refund(PermitCount count, long receipt, long permits);
}
