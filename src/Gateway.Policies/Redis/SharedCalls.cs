using System.Collections.Concurrent;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Redis;

/// <summary>
/// One call for all requests that ask the same at the same time. It belongs to none of them: each waits for it no longer than its own
/// deadline, and it goes on for the others.
/// </summary>
internal sealed class SharedCalls<T>(RedisLink redis)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<T>> _underWay = new(StringComparer.Ordinal);

    /// <exception cref="StoreUnavailableException">Redis gave no answer, or not in this request's time.</exception>
    public ValueTask<T> RunAsync<TState>(string key, TState state, Func<TState, Task<T>> call, WaitBudget wait)
    {
        if (_underWay.TryGetValue(key, out TaskCompletionSource<T>? shared))
        {
            return redis.JoinAsync(shared.Task, wait);
        }

        var own = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        shared = _underWay.GetOrAdd(key, own);
        // Who asks first goes on where its own call ends, without a detour over the task that the others wait for.
        return redis.JoinAsync(ReferenceEquals(shared, own) ? LeadAsync(key, state, call, own) : shared.Task, wait);
    }

    private async Task<T> LeadAsync<TState>(string key, TState state, Func<TState, Task<T>> call, TaskCompletionSource<T> others)
    {
        try
        {
            T answer = await call(state);
            _underWay.TryRemove(KeyValuePair.Create(key, others));
            others.SetResult(answer);
            return answer;
        }
        catch (Exception failure)
        {
            _underWay.TryRemove(KeyValuePair.Create(key, others));
            others.SetException(failure);
            // Whether or not somebody waits for it, it is not unobserved.
            _ = others.Task.Exception;
            throw;
        }
    }
}
