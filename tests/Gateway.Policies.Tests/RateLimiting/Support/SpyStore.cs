using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>A store that counts and can hold up the calls of another.</summary>
internal sealed class SpyStore(IPermitStore store) : IPermitStore
{
    private int _calls;

    public bool IsAvailable => store.IsAvailable;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many requests each call asked for.</summary>
    public List<int> Copies { get; } = [];

    /// <summary>Before a call reaches the store.</summary>
    public Func<Task> Going { get; set; } = () => Task.CompletedTask;

    /// <summary>Before its answer comes back.</summary>
    public Func<Task> Coming { get; set; } = () => Task.CompletedTask;

    public async ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait) =>
        await AcquireAsync(requests, 1, TimeSpan.Zero, decisions, wait) == 1;

    public async ValueTask<int> AcquireAsync(
        ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        Interlocked.Increment(ref _calls);
        lock (Copies)
        {
            Copies.Add(copies);
        }

        await Going();
        int granted = await store.AcquireAsync(requests, copies, ahead, decisions, wait);
        await Coming();
        return granted;
    }

    public ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait) =>
        store.PeekAsync(requests, decisions, wait);

    public ValueTask RefundAsync(ReadOnlyMemory<PermitRequest> requests, ReadOnlyMemory<PermitDecision> granted, int copies, WaitBudget wait) =>
        store.RefundAsync(requests, granted, copies, wait);

    public ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait) => store.ResetAsync(policy, partition, wait);
}
