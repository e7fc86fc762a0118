using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// Counts permits. Of a sliding window the state is a log of the moments at which its partition was admitted; a request passes while
/// the log leaves room for its cost. A changed limit or window meets the log as it is: counts survive a changed configuration.
/// </summary>
public interface IPermitStore
{
    /// <summary>False: a call now would fail at once, so callers need not try.</summary>
    bool IsAvailable { get; }

    /// <summary>
    /// Takes the cost of one request of each limit, or nothing of any: a request that one of them denies costs nothing.
    /// </summary>
    /// <param name="requests">The limits, no two of the same policy.</param>
    /// <param name="decisions">Receives the answer to each request at its own index; unchanged when the call fails.</param>
    /// <param name="wait">The request's waiting time, charged with this call.</param>
    /// <returns>True when every limit admitted the request and the permits are taken.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; the permits may or may not be taken.</exception>
    ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait);

    /// <summary>
    /// Takes permits for as many of <paramref name="copies"/> equal requests as pass, each of them all or nothing, as if they came one
    /// after the other at one moment.
    /// </summary>
    /// <param name="requests">The limits of one of the requests, no two of the same policy. No request by itself may cost more than a limit; together they may.</param>
    /// <param name="copies">How many requests, 1 or more.</param>
    /// <param name="ahead">
    /// Until when after the answer's moment the permits may be used: they count as taken at that time, and from now on. Zero: at once.
    /// At most the smallest window. Without meaning when one request is granted, which is to be used at once. Only sliding windows
    /// count so: with a limit of another algorithm among the requests, give zero.
    /// </param>
    /// <param name="decisions">
    /// When all pass, the answer to the last; else the answer to the first that does not, with the time after which it would. An
    /// earlier one's <see cref="PermitDecision.Remaining"/> is greater by the cost of those granted after it.
    /// </param>
    /// <param name="wait">The waiting time that is charged with this call.</param>
    /// <returns>How many requests passed.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; the permits may or may not be taken.</exception>
    ValueTask<int> AcquireAsync(
        ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait);

    /// <summary>
    /// Answers like <see cref="AcquireAsync(ReadOnlyMemory{PermitRequest}, Memory{PermitDecision}, WaitBudget)"/> but takes nothing:
    /// <see cref="PermitDecision.Remaining"/> is what is left now.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait);

    /// <summary>
    /// Hands permits back as if they had never been taken; those that have left their window since are not missed. Never hands back more than was taken.
    /// </summary>
    /// <param name="requests">The limits that granted.</param>
    /// <param name="granted">Their decisions, index by index. One without a <see cref="PermitDecision.Receipt"/> hands back the newest permits.</param>
    /// <param name="copies">For how many requests to hand back.</param>
    /// <param name="wait">The waiting time that is charged with this call.</param>
    /// <exception cref="StoreUnavailableException">The store is away; the permits may or may not be handed back.</exception>
    ValueTask RefundAsync(ReadOnlyMemory<PermitRequest> requests, ReadOnlyMemory<PermitDecision> granted, int copies, WaitBudget wait);

    /// <summary>Hands back several at once; a store that is a round trip away does it in few.</summary>
    /// <inheritdoc cref="RefundAsync(ReadOnlyMemory{PermitRequest}, ReadOnlyMemory{PermitDecision}, int, WaitBudget)"/>
    async ValueTask RefundAsync(IReadOnlyList<UnusedPermits> unused, WaitBudget wait)
    {
        foreach (UnusedPermits one in unused)
        {
            await RefundAsync(one.Requests, one.Granted, one.Copies, wait);
        }
    }

    /// <summary>Forgets what a partition has used of a policy.</summary>
    /// <returns>True when there was something to forget.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait);
}
