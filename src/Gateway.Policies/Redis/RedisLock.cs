using System.Globalization;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>A lock that was asked for. Disposing it gives it back, if it is still this owner's.</summary>
public sealed class RedisLock : IAsyncDisposable
{
    internal static readonly RedisScript Release = RedisScript.Embedded("lock-release.lua");
    internal static readonly RedisScript Extend = RedisScript.Embedded("lock-extend.lua");
    private readonly RedisLink _link;
    private readonly TimeProvider _time;
    private readonly RedisKey _key;
    private readonly TimeSpan _expiry;
    private readonly RedisValue _owner = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private long _asked;
    private bool _taken;
    private bool _mayBeHeld;

    internal RedisLock(RedisLink link, TimeProvider time, string key, TimeSpan expiry)
    {
        _link = link;
        _time = time;
        _key = key;
        _expiry = expiry;
    }

    /// <summary>This owner holds the lock now. Turns false by itself a little before Redis frees it: counted from before the call, less 1 % and 2 ms for clocks that run apart.</summary>
    public bool IsAcquired => Volatile.Read(ref _taken) && _time.GetElapsedTime(Volatile.Read(ref _asked)) < (_expiry * 0.99) - TimeSpan.FromMilliseconds(2);

    /// <summary>Makes it last its whole time again. False: it is not this owner's any longer, or Redis is away.</summary>
    public async ValueTask<bool> ExtendAsync()
    {
        long asked = _time.GetTimestamp();
        if (!IsAcquired || !await RunAsync(Extend, [_owner, (long)_expiry.TotalMilliseconds]))
        {
            return false;
        }

        Volatile.Write(ref _asked, asked);
        return true;
    }

    /// <summary>Gives it back; Redis away: it ends by itself with its time.</summary>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _taken, false);
        if (Interlocked.Exchange(ref _mayBeHeld, false))
        {
            await RunAsync(Release, [_owner]);
        }
    }

    /// <exception cref="StoreUnavailableException">Whether it was taken is unknown.</exception>
    internal async ValueTask<bool> TakeAsync()
    {
        Volatile.Write(ref _asked, _time.GetTimestamp());
        Volatile.Write(ref _mayBeHeld, true);
        bool taken = await _link.CallAsync(
            this,
            static (database, self) => database.StringSetAsync(self._key, self._owner, self._expiry, when: When.NotExists, flags: CommandFlags.DemandMaster),
            new WaitBudget());
        Volatile.Write(ref _mayBeHeld, taken);
        Volatile.Write(ref _taken, taken);
        return taken;
    }

    private async ValueTask<bool> RunAsync(RedisScript script, RedisValue[] values)
    {
        try
        {
            return (long)await _link.EvaluateAsync(script, [_key], values, new WaitBudget()) == 1;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
