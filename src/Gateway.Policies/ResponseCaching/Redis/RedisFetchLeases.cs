using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Leases in Redis, where the entries lie. How a fetch ended stays behind under the lease's key for a while, so that who comes a moment
/// later looks for the entry instead of fetching it again, and who has heard nothing does not wait for what cannot be shared.
/// </summary>
internal sealed class RedisFetchLeases : IFetchLeases, IAsyncDisposable
{
    private const long DoneStays = 2_000;
    private const long UncacheableStays = 120_000;
    private static readonly RedisScript Take = RedisScript.Embedded("cache-lease-take.lua");
    private static readonly RedisScript End = RedisScript.Embedded("cache-lease-end.lua");
    private readonly ConcurrentDictionary<string, TaskCompletionSource<LeaseState>> _waiting = new(StringComparer.Ordinal);
    private readonly RedisLink _redis;
    private readonly TimeProvider _time;
    private readonly RedisSubscription _subscription;
    private readonly string _channel;

    public RedisFetchLeases(RedisLink redis, TimeProvider time)
    {
        (_redis, _time) = (redis, time);
        redis.Warm(Take, End, RedisLock.Extend);
        _channel = redis.KeyPrefix + "c:leases";
        _subscription = redis.Subscribe("c:leases", message => Wake(message.ToString()));
    }

    public async ValueTask<LeaseState> TakeAsync(string key, string owner, LeaseState seen, WaitBudget wait)
    {
        try
        {
            RedisValue free = seen is LeaseState.Done ? "+" : "";
            RedisResult answer = await _redis.EvaluateAsync(Take, [KeyOf(NameOf(key))], [owner, (long)FetchTurn.Lease.TotalMilliseconds, free], wait);
            return (int)answer switch
            {
                1 => LeaseState.Taken,
                2 => LeaseState.Done,
                3 => LeaseState.Uncacheable,
                _ => LeaseState.Held,
            };
        }
        catch (Exception failure) when (failure is StoreUnavailableException or InvalidCastException or FormatException or OverflowException)
        {
            return LeaseState.Away;
        }
    }

    public async ValueTask ExtendAsync(string key, string owner) =>
        await RunAsync(RedisLock.Extend, KeyOf(NameOf(key)), [owner, (long)FetchTurn.Lease.TotalMilliseconds]);

    public async ValueTask EndAsync(string key, string owner, LeaseState end)
    {
        string name = NameOf(key);
        (string mark, long stays, char letter) = end switch
        {
            LeaseState.Done => ("+", DoneStays, 'd'),
            LeaseState.Uncacheable => ("-", UncacheableStays, 'u'),
            _ => ("", 0, 'f'),
        };
        await RunAsync(End, KeyOf(name), [owner, mark, stays, _channel, letter + name]);
    }

    public async ValueTask TellItStreamsAsync(string key)
    {
        try
        {
            RedisValue message = "s" + NameOf(key);
            await _redis.CallAsync(
                (Channel: RedisChannel.Literal(_channel), message), static (database, tell) => database.PublishAsync(tell.Channel, tell.message), new WaitBudget { Limit = TimeSpan.FromSeconds(1) });
        }
        catch (StoreUnavailableException)
        {
            // Who waits looks now and then.
        }
    }

    public async Task<LeaseState> WaitAsync(string key, TimeSpan time)
    {
        string name = NameOf(key);
        TaskCompletionSource<LeaseState> waiting = _waiting.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        using var giveUp = new CancellationTokenSource(time, _time);
        await ((Task)waiting.Task).WaitAsync(giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _waiting.TryRemove(KeyValuePair.Create(name, waiting));
        return waiting.Task.IsCompleted ? await waiting.Task : LeaseState.Held;
    }

    public async ValueTask ForgetAsync(string key) => await RunAsync(RedisLock.Release, KeyOf(NameOf(key)), ["-"]);

    public ValueTask DisposeAsync() => _subscription.DisposeAsync();

    private void Wake(string message)
    {
        if (message.Length > 1 && _waiting.TryRemove(message[1..], out TaskCompletionSource<LeaseState>? waiting))
        {
            waiting.TrySetResult(message[0] switch
            {
                'd' => LeaseState.Done,
                'u' => LeaseState.Uncacheable,
                's' => LeaseState.Streams,
                _ => LeaseState.Failed,
            });
        }
    }

    /// <summary>For what nobody waits for: Redis away means that the lease ends by itself.</summary>
    private async ValueTask RunAsync(RedisScript script, RedisKey key, RedisValue[] values)
    {
        try
        {
            await _redis.EvaluateAsync(script, [key], values, new WaitBudget { Limit = TimeSpan.FromSeconds(1) });
        }
        catch (StoreUnavailableException)
        {
            // Nothing depends on it.
        }
    }

    private RedisKey KeyOf(string name) => $"{_redis.KeyPrefix}c:l:{name}";

    private static string NameOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
