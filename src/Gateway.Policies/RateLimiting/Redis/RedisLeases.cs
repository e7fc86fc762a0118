using System.Collections.Concurrent;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// The permits of concurrency limits that requests of this gateway use right now. Renews their leases, so that they lapse only when
/// this gateway has crashed or cannot reach Redis.
/// </summary>
internal sealed class RedisLeases : IDisposable
{
    private const int LongestCall = 500;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Key, long Name), Lease> _held = [];
    private readonly RedisLink _redis;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _lastName = Random.Shared.NextInt64(1, 1L << 52);
    private int _renewing;

    public RedisLeases(RedisLink redis, TimeProvider time)
    {
        _redis = redis;
        _time = time;
        _timer = time.CreateTimer(static leases => _ = ((RedisLeases)leases!).RenewDueAsync(), this, Tick, Tick);
    }

    /// <summary>Leases held.</summary>
    public int Count => _held.Count;

    /// <summary>A name that no other lease of any gateway has: counted up from a random beginning, exact as a double.</summary>
    public long NextName() => Interlocked.Increment(ref _lastName);

    public void Hold(string key, long name, long permits, TimeSpan window) =>
        _held[(key, name)] = new Lease(permits, window, _time.GetTimestamp());

    public void Release(string key, long name) => _held.TryRemove((key, name), out _);

    public void Dispose() => _timer.Dispose();

    /// <summary>Renews what has gone a third of its time. What cannot be renewed is tried again at the next tick.</summary>
    internal async Task RenewDueAsync()
    {
        if (_held.IsEmpty || Interlocked.Exchange(ref _renewing, 1) == 1)
        {
            return;
        }

        try
        {
            var due = _held.Where(held => _time.GetElapsedTime(held.Value.RenewedAt) * 3 >= held.Value.Window);
            foreach (var of in due.GroupBy(held => (held.Key.Key, held.Value.Window)))
            {
                foreach (var leases in of.Chunk(LongestCall))
                {
                    await RenewAsync(of.Key.Key, of.Key.Window, leases);
                }
            }
        }
        catch (StoreUnavailableException)
        {
            // Next tick.
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    private async Task RenewAsync(string key, TimeSpan window, KeyValuePair<(string Key, long Name), Lease>[] leases)
    {
        long now = _time.GetTimestamp();
        IEnumerable<RedisValue> members = leases.SelectMany(lease => lease.Value.Members(lease.Key.Name));
        foreach (RedisValue[] some in members.Chunk(LongestCall))
        {
            await _redis.EvaluateAsync(PermitScripts.Renew, [key], [Microseconds.Of(window), .. some], new WaitBudget());
        }

        foreach ((var name, Lease lease) in leases)
        {
            _held.TryUpdate(name, lease with { RenewedAt = now }, lease);
        }
    }

    private sealed record Lease(long Permits, TimeSpan Window, long RenewedAt)
    {
        /// <summary>As acquire.lua names them.</summary>
        public IEnumerable<RedisValue> Members(long name)
        {
            for (long i = 1; i <= Permits; i++)
            {
                yield return $"{name}:{i}";
            }
        }
    }
}
