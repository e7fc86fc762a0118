using System.Collections.Concurrent;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Purges between gateways: numbered and kept in one hash, told by pub/sub. From the moment the subscription is lost until the hash was
/// read again, nothing in memory is served without a look at Redis, so no purge is lost with a message.
/// </summary>
internal sealed partial class RedisPurgeBus : BackgroundService, IPurgeBus
{
    private const int MaxUntold = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentQueue<PurgeNotice> _untold = new();
    private readonly RedisLink _redis;
    private readonly PurgeEpochs _epochs;
    private readonly IEntryMemory _memory;
    private readonly FetchTable _fetches;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RedisClock _clock;
    private readonly PurgeLedger _ledger;
    private readonly SharedCalls<bool> _reads;
    private volatile RedisSubscription? _subscription;
    private volatile bool _isCurrent;
    private long _readUpTo = -1;
    private int _losses;

    public RedisPurgeBus(
        RedisLink redis, PurgeEpochs epochs, IEntryMemory memory, FetchTable fetches, CacheMetrics metrics, TimeProvider time, ILogger<RedisPurgeBus> logger)
    {
        (_redis, _epochs, _memory, _fetches, _metrics, _time, _logger) = (redis, epochs, memory, fetches, metrics, time, logger);
        _clock = new RedisClock(time);
        _ledger = new PurgeLedger(redis, epochs, _clock);
        _reads = new SharedCalls<bool>(redis);
        _ledger.Warm();
    }

    public bool IsCurrent => _isCurrent;

    public bool IsReachable => _redis.IsAvailable;

    public async ValueTask<long?> AnnounceAsync(PurgeNotice notice, WaitBudget wait)
    {
        if (await TryTellAsync(notice, wait) is { } epoch)
        {
            return epoch;
        }

        TellLater(notice);
        return null;
    }

    public async ValueTask<bool> ReadAsync(WaitBudget wait)
    {
        try
        {
            return await _reads.RunAsync("", this, static self => self.ReadPurgesAsync(new WaitBudget()), wait);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using RedisSubscription subscription =
            _redis.Subscribe(PurgeLedger.Channel, message => Take(message.ToString()), Lost, () => _ = CatchUpAsync());
        _subscription = subscription;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100), _time);
        do
        {
            await CatchUpAsync();
            await TellUntoldAsync();
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Reads all purges once the subscription hears. What memory holds from before is looked up in Redis once more before it is served.</summary>
    private async Task CatchUpAsync()
    {
        if (_isCurrent || _subscription is not { IsLive: true } || !_redis.IsAvailable)
        {
            return;
        }

        try
        {
            int losses = Volatile.Read(ref _losses);
            _memory.Distrust();
            await ReadPurgesAsync(new WaitBudget { Limit = Patience });
            // A connection that was lost while the purges were read makes them be read again.
            _isCurrent = losses == Volatile.Read(ref _losses);
            LogCurrent(_epochs.Count);
        }
        catch (StoreUnavailableException)
        {
            // The next round tries again.
        }
    }

    private void Lost()
    {
        Interlocked.Increment(ref _losses);
        _isCurrent = false;
    }

    /// <summary>Takes note of every purge that Redis keeps, unless none was added since the last time.</summary>
    private async Task<bool> ReadPurgesAsync(WaitBudget wait)
    {
        long latest = await _ledger.LatestAsync(wait);
        if (latest != Interlocked.Read(ref _readUpTo))
        {
            HashEntry[] purges = await _ledger.AllAsync(wait);
            foreach (HashEntry purge in purges)
            {
                Note(purge.Name.ToString(), (long)purge.Value);
            }

            TellWhatIsMissing(purges);
            Interlocked.Exchange(ref _readUpTo, latest);
        }

        return true;
    }

    /// <summary>A replica that became the primary may lack the latest purges: who knows of them tells them again.</summary>
    private void TellWhatIsMissing(HashEntry[] purges)
    {
        var kept = new HashSet<string>(purges.Select(purge => purge.Name.ToString()), StringComparer.Ordinal);
        foreach ((PurgeNotice notice, long epoch) in _epochs.Known)
        {
            if (epoch > _epochs.Floor && !kept.Contains(notice.ToString()))
            {
                TellLater(notice);
            }
        }
    }

    private void TellLater(PurgeNotice notice)
    {
        _untold.Enqueue(_untold.Count < MaxUntold ? notice : new PurgeNotice(PurgeKind.All, "", Soft: false));
        while (_untold.Count > MaxUntold)
        {
            _untold.TryDequeue(out _);
        }
    }

    private async Task TellUntoldAsync()
    {
        while (_redis.IsAvailable && _untold.TryPeek(out PurgeNotice notice) && await TryTellAsync(notice, new WaitBudget { Limit = Patience }) is { } epoch)
        {
            _epochs.Apply(notice, epoch);
            _untold.TryDequeue(out _);
        }
    }

    private async ValueTask<long?> TryTellAsync(PurgeNotice notice, WaitBudget wait)
    {
        try
        {
            return await _ledger.AddAsync(notice, wait);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private void Take(string message)
    {
        int space = message.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && long.TryParse(message.AsSpan(0, space), out long epoch))
        {
            Note(message[(space + 1)..], epoch);
            _metrics.PurgeHeard(TimeSpan.FromMicroseconds(Math.Max(0, _clock.Now - epoch)));
        }
    }

    private void Note(string text, long epoch)
    {
        _epochs.Advance(epoch);
        if (!PurgeNotice.TryParse(text, out PurgeNotice? notice))
        {
            return;
        }

        if (notice is { Kind: PurgeKind.Url, Soft: false, Value: var uri })
        {
            _fetches.MakeVoid(uri);
            _memory.Remove(uri);
        }

        if (!notice.Value.Brief)
        {
            _epochs.Apply(notice.Value, epoch);
            _fetches.CloseAll();
        }
    }

    [LoggerMessage(421, LogLevel.Information, "Purges of other gateways are heard; {Count} are known")]
    private partial void LogCurrent(int count);
}
