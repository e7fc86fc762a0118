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
/// Purges between gateways: numbered and kept in one hash, told by pub/sub. After a lost subscription the hash is read again and memory
/// is looked at a second time before it is served, so that no purge is lost with a message.
/// </summary>
internal sealed partial class RedisPurgeBus(
    RedisLink redis, PurgeEpochs epochs, IEntryMemory memory, FetchTable fetches, TimeProvider time, ILogger<RedisPurgeBus> logger)
    : BackgroundService, IPurgeBus
{
    private const int MaxPurges = 10_000;
    private const int MaxUntold = 10_000;
    private static readonly RedisScript Announce = RedisScript.Embedded("cache-purge.lua");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentQueue<PurgeNotice> _untold = new();
    private readonly ILogger _logger = logger;
    private volatile bool _isCurrent;
    private int _losses;

    public bool IsCurrent => _isCurrent;

    private RedisKey Purges => redis.KeyPrefix + "c:purges";

    private string Channel => redis.KeyPrefix + "c:purge";

    public async ValueTask<long?> AnnounceAsync(PurgeNotice notice)
    {
        if (await TryTellAsync(notice) is { } epoch)
        {
            return epoch;
        }

        _untold.Enqueue(_untold.Count < MaxUntold ? notice : new PurgeNotice(PurgeKind.All, "", Soft: false));
        while (_untold.Count > MaxUntold)
        {
            _untold.TryDequeue(out _);
        }

        return null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool subscribed = false;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        do
        {
            try
            {
                subscribed = subscribed || await SubscribeAsync();
                if (subscribed && !_isCurrent && redis.IsAvailable)
                {
                    await CatchUpAsync();
                }

                await TellUntoldAsync();
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException or StoreUnavailableException or ObjectDisposedException)
            {
                // Redis is away: the next round tries again.
            }
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> SubscribeAsync()
    {
        if (redis.Connection is not { IsConnected: true } connection)
        {
            return false;
        }

        await connection.GetSubscriber()
            .SubscribeAsync(RedisChannel.Literal(Channel), (_, message) => Take(message.ToString()))
            .WaitAsync(Patience, time);
        connection.ConnectionFailed += (_, _) => Lost();
        connection.ConnectionRestored += (_, _) => Lost();
        return true;
    }

    /// <summary>Reads all purges. What memory holds from before is looked up in Redis once more before it is served.</summary>
    private async Task CatchUpAsync()
    {
        int losses = Volatile.Read(ref _losses);
        memory.Distrust();
        await TryNumberAsync("");
        HashEntry[] purges = await redis.CallAsync(Purges, static (database, key) => database.HashGetAllAsync(key), new WaitBudget { Limit = Patience });
        foreach (HashEntry purge in purges)
        {
            Note(purge.Name.ToString(), (long)purge.Value);
        }

        // A connection that was lost while the purges were read makes them be read again.
        _isCurrent = losses == Volatile.Read(ref _losses);
        LogCurrent(purges.Length);
    }

    private void Lost()
    {
        Interlocked.Increment(ref _losses);
        _isCurrent = false;
    }

    private async Task TellUntoldAsync()
    {
        while (redis.IsAvailable && _untold.TryPeek(out PurgeNotice notice) && await TryTellAsync(notice) is not null)
        {
            _untold.TryDequeue(out _);
        }
    }

    private async ValueTask<long?> TryTellAsync(PurgeNotice notice)
    {
        long? epoch = await TryNumberAsync(notice.ToString());
        if (epoch is { } number)
        {
            epochs.Advance(number);
        }

        return epoch;
    }

    private async ValueTask<long?> TryNumberAsync(string notice)
    {
        try
        {
            RedisResult number = await redis.EvaluateAsync(
                Announce, [Purges], [epochs.Now, notice, Channel, MaxPurges], new WaitBudget { Limit = Patience });
            return (long)number;
        }
        catch (StoreUnavailableException)
        {
            Lost();
            return null;
        }
    }

    private void Take(string message)
    {
        int space = message.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && long.TryParse(message.AsSpan(0, space), out long epoch))
        {
            Note(message[(space + 1)..], epoch);
        }
    }

    private void Note(string text, long epoch)
    {
        epochs.Advance(epoch);
        if (!PurgeNotice.TryParse(text, out PurgeNotice? notice))
        {
            return;
        }

        if (notice is { Kind: PurgeKind.Url, Soft: false, Value: var uri })
        {
            fetches.MakeVoid(uri);
            memory.Remove(uri);
        }

        if (!notice.Value.Brief)
        {
            epochs.Apply(notice.Value, epoch);
            fetches.CloseAll();
        }
    }

    [LoggerMessage(421, LogLevel.Information, "Purges of other gateways are heard; {Count} read")]
    private partial void LogCurrent(int count);
}
