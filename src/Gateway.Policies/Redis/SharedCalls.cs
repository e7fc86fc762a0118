using System.Collections.Concurrent;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Redis;

/// <summary>
/// One call for all requests that ask the same at the same time. It belongs to none of them: each waits for it no longer than its own
/// deadline, and it goes on for the others.
/// </summary>
internal sealed class SharedCalls<T>(RedisLink redis)
{
    private readonly ConcurrentDictionary<string, Task<T>> _underWay = new(StringComparer.Ordinal);

    /// <exception cref="StoreUnavailableException">Redis gave no answer, or not in this request's time.</exception>
    public ValueTask<T> RunAsync<TState>(string key, TState state, Func<TState, Task<T>> call, WaitBudget wait)
    {
        var own = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T> shared = _underWay.GetOrAdd(key, own.Task);
        if (ReferenceEquals(shared, own.Task))
        {
            shared.Forget();
            _ = LeadAsync(key, state, call, own);
        }

        return redis.JoinAsync(shared, wait);
    }

    private async Task LeadAsync<TState>(string key, TState state, Func<TState, Task<T>> call, TaskCompletionSource<T> own)
    {
        try
        {
            T answer = await call(state);
            _underWay.TryRemove(KeyValuePair.Create(key, own.Task));
            own.SetResult(answer);
        }
#pragma warning disable CA1031 // Whatever it is, those who wait are told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _underWay.TryRemove(KeyValuePair.Create(key, own.Task));
            own.SetException(failure);
        }
    }
}
