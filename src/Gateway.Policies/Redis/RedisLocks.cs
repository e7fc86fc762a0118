namespace Gateway.Policies.Redis;

/// <summary>
/// Locks held by one gateway at a time, after the Redlock algorithm (https://redis.io/docs/latest/develop/use/patterns/distributed-locks/):
/// over the Redis of <c>Gateway:Redis:Locks</c>, most of which must grant a lock, or over one. They save work done twice; where two
/// holders would be wrong, the other end has to check <see cref="RedisLock.FencingToken"/>.
/// </summary>
public sealed class RedisLocks
{
    private static readonly TimeSpan DefaultRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromMilliseconds(10);
    private readonly RedisLockServers _servers;
    private readonly TimeProvider _time;

    /// <summary>Locks in the Redis that the configuration names for them, else in that of <see cref="RedisConcern.Events"/>.</summary>
    public RedisLocks(RedisConnections connections, TimeProvider time)
        : this(connections.Locks, time)
    {
    }

    /// <summary>Locks in one Redis.</summary>
    public RedisLocks(RedisLink link, TimeProvider time)
        : this([link], time)
    {
    }

    internal RedisLocks(IReadOnlyList<RedisLink> links, TimeProvider time)
    {
        _servers = new RedisLockServers(links);
        _time = time;
    }

    /// <summary>False: so many of their Redis are away that nobody gets a lock.</summary>
    public bool IsAvailable => _servers.IsAvailable;

    /// <summary>Tries to take a lock. Too few Redis there: a lock that is not acquired.</summary>
    /// <param name="resource">What is locked; the key prefix and <c>lock:1:</c> are put before it.</param>
    /// <param name="expiry">How long it lasts unless extended, 10 ms or more; Redis frees it then by itself.</param>
    /// <param name="wait">How long to try while another holds it. Null: once.</param>
    /// <param name="retry">Between two tries, on average. Null: 50 ms.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<RedisLock> CreateLockAsync(
        string resource, TimeSpan expiry, TimeSpan? wait = null, TimeSpan? retry = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expiry, ShortestExpiry);
        long began = _time.GetTimestamp();
        var taken = new RedisLock(_servers, _time, resource, expiry);
        while (!await taken.TakeAsync() && _time.GetElapsedTime(began) < (wait ?? TimeSpan.Zero))
        {
            // Those who wait must not try as one.
            await Task.Delay((retry ?? DefaultRetry) * (0.5 + Random.Shared.NextDouble()), _time, cancellation);
        }

        return taken;
    }
}
