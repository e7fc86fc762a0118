using Gateway.Policies.Routing;

namespace Gateway.Policies.Redis;

/// <summary>
/// Locks held by one gateway at a time, after the Redlock algorithm on one Redis (https://redis.io/docs/latest/develop/use/patterns/distributed-locks/).
/// They save work done twice; a failover can lose one, so nothing may be wrong when two gateways hold the same lock.
/// </summary>
public sealed class RedisLocks
{
    private static readonly TimeSpan DefaultRetry = TimeSpan.FromMilliseconds(50);
    private readonly RedisLink _link;
    private readonly TimeProvider _time;

    public RedisLocks(RedisLink link, TimeProvider time)
    {
        _link = link;
        _time = time;
        link.Warm(RedisLock.Release, RedisLock.Extend);
    }

    /// <summary>Tries to take a lock. Redis away: a lock that is not acquired, at once.</summary>
    /// <param name="resource">What is locked; the key prefix and <c>lock:</c> are put before it.</param>
    /// <param name="expiry">How long it lasts unless extended, 10 ms or more; Redis frees it then by itself.</param>
    /// <param name="wait">How long to try while another holds it. Null: once.</param>
    /// <param name="retry">Between two tries, on average. Null: 50 ms.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<RedisLock> CreateLockAsync(
        string resource, TimeSpan expiry, TimeSpan? wait = null, TimeSpan? retry = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expiry, TimeSpan.FromMilliseconds(10));
        long began = _time.GetTimestamp();
        var taken = new RedisLock(_link, _time, $"{_link.KeyPrefix}lock:{resource}", expiry);
        while (!await TryTakeAsync(taken) && _time.GetElapsedTime(began) < (wait ?? TimeSpan.Zero))
        {
            // Those who wait must not try as one.
            await Task.Delay((retry ?? DefaultRetry) * (0.5 + Random.Shared.NextDouble()), _time, cancellation);
        }

        return taken;
    }

    private static async Task<bool> TryTakeAsync(RedisLock taken)
    {
        try
        {
            return await taken.TakeAsync();
        }
        catch (StoreUnavailableException)
        {
            // The call may still arrive, or have arrived: what it took is given back.
            await taken.DisposeAsync();
            return false;
        }
    }
}
