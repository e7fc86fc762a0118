using System.Threading.Channels;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Events.Redis;

/// <summary>
/// The events of all gateways in one Redis Stream. Nobody waits: events stand in a bounded queue that one writer empties, also once a Redis
/// that was away is back. One written while the answer was lost is there twice.
/// </summary>
internal sealed partial class RedisEventLog : IEventLog, IHostedService, IAsyncDisposable
{
    internal const int QueueLength = 1000;
    private const int Refusals = 3;
    private const int KeptEvents = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);
    private static readonly RedisScript Append = RedisScript.Embedded("events-append.lua");
    private readonly Channel<GatewayEvent> _queue = Channel.CreateBounded<GatewayEvent>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly RedisLink _redis;
    private readonly string _gateway;
    private readonly EventMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RedisKey _key;
    private Task _writing = Task.CompletedTask;
    private bool _disposed;

    public RedisEventLog(RedisLink redis, string gateway, EventMetrics metrics, TimeProvider time, ILogger<RedisEventLog> logger)
    {
        (_redis, _gateway, _metrics, _time, _logger) = (redis, gateway, metrics, time, logger);
        _key = redis.KeyPrefix + "events:1";
    }

    public void Note(string kind, params ReadOnlySpan<(string Name, string Value)> details)
    {
        // Not waiting: a full queue refuses.
        if (!_queue.Writer.TryWrite(new GatewayEvent("", _time.GetUtcNow(), _gateway, kind, EventDetails.Of(details))))
        {
            _metrics.Dropped(kind);
        }
    }

    public async ValueTask<IReadOnlyList<GatewayEvent>> ReadAsync(EventPlace? after, int limit)
    {
        StreamEntry[] entries = await _redis.CallAsync(
            (Key: _key, After: after, Limit: limit),
            static (database, call) => call.After is { } seen
                ? database.StreamRangeAsync(call.Key, $"({seen}", "+", call.Limit, Order.Ascending, CommandFlags.DemandMaster)
                : database.StreamRangeAsync(call.Key, "-", "+", call.Limit, Order.Descending, CommandFlags.DemandMaster),
            new WaitBudget { Limit = Patience });
        IEnumerable<GatewayEvent> events = entries.Select(EventCodec.Read).OfType<GatewayEvent>();
        return [.. after is null ? events.Reverse() : events];
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = WriteAllAsync();
        return Task.CompletedTask;
    }

    /// <summary>Writes what waits, for three seconds at most.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _writing.WaitAsync(Farewell, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            await StopAsync(CancellationToken.None);
            _stopping.Dispose();
        }
    }

    private async Task WriteAllAsync()
    {
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (_queue.Reader.TryPeek(out GatewayEvent? next))
            {
                Action<string> count = await WriteAsync(next) ? _metrics.Kept : _metrics.Dropped;
                _queue.Reader.TryRead(out _);
                count(next.Kind);
            }
        }
    }

    /// <summary>Waits for a Redis that is away; gives up on an event that one which answers refuses again and again.</summary>
    private async Task<bool> WriteAsync(GatewayEvent next)
    {
        RedisValue[] values = [(long)KeptFor.TotalMilliseconds, KeptEvents, .. EventCodec.Write(next)];
        for (int refused = 0; refused < Refusals && !_stopping.IsCancellationRequested;)
        {
            bool? taken = _redis.IsAvailable ? await TryAppendAsync(values) : null;
            if (taken is true)
            {
                return true;
            }

            refused += taken is false ? 1 : 0;
            await Task.Delay(Retry, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    /// <summary>Null: no answer.</summary>
    private async Task<bool?> TryAppendAsync(RedisValue[] values)
    {
        try
        {
            return await _redis.CallAsync((_key, values), static (database, call) => AppendAsync(database, call._key, call.values), new WaitBudget { Limit = Patience });
        }
        catch (StoreUnavailableException away)
        {
            LogNotKept(away.Message);
            return null;
        }
    }

    /// <remarks>A Redis that takes no writes still tells gateways of revocations and purges: an event it refuses must not open the circuit they go through.</remarks>
    private static async Task<bool> AppendAsync(IDatabaseAsync database, RedisKey key, RedisValue[] values)
    {
        try
        {
            await database.ScriptEvaluateAsync(Append.Text, [key], values, CommandFlags.DemandMaster | CommandFlags.NoScriptCache);
            return true;
        }
        catch (RedisServerException)
        {
            return false;
        }
    }

    [LoggerMessage(130, LogLevel.Debug, "An event is not kept yet: {Reason}")]
    private partial void LogNotKept(string reason);
}
