using System.Globalization;

namespace Gateway.Policies.Redis;

/// <summary>A lock that was asked for. Disposing it gives it back, if it is still this owner's.</summary>
public sealed class RedisLock : IAsyncDisposable
{
    internal static readonly RedisScript Release = RedisScript.Embedded("lock-release.lua");
    internal static readonly RedisScript Extend = RedisScript.Embedded("lock-extend.lua");
    private readonly RedisLockServers _servers;
    private readonly TimeProvider _time;
    private readonly TimeSpan _expiry;
    private readonly string _owner = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private long _asked;
    private bool _taken;
    private bool _mayBeHeld;

    internal RedisLock(RedisLockServers servers, TimeProvider time, string resource, TimeSpan expiry)
    {
        _servers = servers;
        _time = time;
        _expiry = expiry;
        Resource = resource;
    }

    public string Resource { get; }

    /// <summary>This owner holds the lock now. Turns false by itself a little before Redis frees it: counted from before the call, less 1 % and 2 ms for clocks that run apart.</summary>
    public bool IsAcquired => Volatile.Read(ref _taken) && _time.GetElapsedTime(Volatile.Read(ref _asked)) < (_expiry * 0.99) - TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Larger than every holder's before. Send it with each write that the lock protects, and let the other end refuse a smaller one than
    /// it has seen: a holder that was stopped past the lock's end does not know it. 0 until the lock is acquired.
    /// </summary>
    public long FencingToken { get; private set; }

    /// <summary>Makes it last its whole time again. False: it is not this owner's any longer, or too few Redis answer.</summary>
    public async ValueTask<bool> ExtendAsync()
    {
        long asked = _time.GetTimestamp();
        if (!IsAcquired || !await _servers.ExtendAsync(Resource, _owner, _expiry))
        {
            return false;
        }

        Volatile.Write(ref _asked, asked);
        return IsAcquired;
    }

    /// <summary>Gives it back; a Redis that is away frees it by itself with its time.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _taken, false);
        if (Interlocked.Exchange(ref _mayBeHeld, false))
        {
            await _servers.ReleaseAsync(Resource, _owner);
        }
    }

    /// <summary>Tries once. What was taken in vain, or may have been, is given back.</summary>
    internal async ValueTask<bool> TakeAsync()
    {
        Volatile.Write(ref _asked, _time.GetTimestamp());
        Volatile.Write(ref _mayBeHeld, true);
        if (await _servers.AcquireAsync(Resource, _owner, _expiry) is { } number)
        {
            FencingToken = number;
            Volatile.Write(ref _taken, true);
            if (IsAcquired)
            {
                return true;
            }
        }

        await DisposeAsync();
        return false;
    }
}
