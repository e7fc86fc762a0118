using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// Counts permits in an exact sliding window: no window of the policy's length, wherever it begins, ever sees more than its limit.
/// The state of a partition is a log of the moments at which it was admitted; a request passes while fewer than the limit of them
/// are younger than the window. A changed limit or window meets the log as it is: counts survive a changed configuration.
/// </summary>
public interface IPermitStore
{
    /// <summary>False: a call now would fail at once, so callers need not try.</summary>
    bool IsAvailable { get; }

    /// <summary>
    /// Takes one permit of each limit, or none of any: a request that one of them denies costs nothing.
    /// </summary>
    /// <param name="requests">The limits, no two of the same policy.</param>
    /// <param name="decisions">Receives the answer to each request at its own index; unchanged when the call fails.</param>
    /// <param name="wait">The request's waiting time, charged with this call.</param>
    /// <returns>True when every limit admitted the request and the permits are taken.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; the permits may or may not be taken.</exception>
    ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait);

    /// <summary>
    /// Answers like <see cref="AcquireAsync"/> but takes nothing: <see cref="PermitDecision.Remaining"/> is what is left now.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait);

    /// <summary>Forgets what a partition has used of a policy.</summary>
    /// <returns>True when there was something to forget.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait);
}
