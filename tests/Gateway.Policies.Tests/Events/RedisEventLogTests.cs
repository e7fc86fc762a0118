using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Policies.Events;
using Gateway.Policies.Events.Redis;
using Gateway.Policies.Redis;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.Events;

public sealed class RedisEventLogTests : EventLogContract, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private RedisServer _redis = null!;
    private RedisConnections _connections = null!;
    private RedisEventLog _log = null!;
    private long _dropped;

    private protected override IEventLog Log => _log;

    private RedisLink Link => _connections.For(RedisConcern.Events);

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _connections = new RedisConnections(new RedisOptions { Connection = _redis.Connection, Deadline = TimeSpan.FromSeconds(2) }, TimeProvider.System, new LogRecorder());
        await _connections.StartAsync();
        IMeterFactory meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "gateway.events.dropped" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _dropped, count));
        _listener.Start();
        _log = new RedisEventLog(Link, "here:1", new EventMetrics(meters), TimeProvider.System, NullLogger<RedisEventLog>.Instance);
        await _log.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _connections.DisposeAsync();
        await _redis.DisposeAsync();
        _listener.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Note_WhileRedisIsAway_IsKeptOnceItIsBackAndTheRestIsCounted()
    {
        await _redis.KillAsync();
        for (int i = 0; i < RedisEventLog.QueueLength + 100; i++)
        {
            Log.Note(EventKind.ConfigApplied, ("revision", $"{i}"));
        }

        Assert.InRange(Interlocked.Read(ref _dropped), 99, 100);
        await _redis.StartAgainAsync();
        await Eventually.TrueAsync(
            async () => int.Parse(await _redis.AskAsync("XLEN gw:events:1"), CultureInfo.InvariantCulture) >= RedisEventLog.QueueLength, TimeSpan.FromSeconds(60), "every event that had room");
        IReadOnlyList<GatewayEvent> events = await Log.ReadAsync(null, 2000);
        Assert.Equal("0", events[0].Details["revision"]);
    }

    [Fact]
    public async Task Note_RedisTakesNoWrites_IsGivenUpAndTheCircuitStaysClosed()
    {
        await _redis.SendAsync("CONFIG SET maxmemory 1");
        Log.Note(EventKind.GatewayLeft);
        await Eventually.TrueAsync(() => Interlocked.Read(ref _dropped) == 1, Patience);
        Assert.True(Link.IsAvailable);
    }

    [Fact]
    public async Task Stream_Written_EndsByItselfAndStaysBounded()
    {
        await _redis.AskAsync("EVAL \"for i = 1, 12000 do redis.call('XADD', KEYS[1], '*', 'x', i) end return 1\" 1 gw:events:1");
        Log.Note(EventKind.GatewayLeft);
        await Eventually.TrueAsync(async () => int.Parse(await _redis.AskAsync("XLEN gw:events:1"), CultureInfo.InvariantCulture) < 10_200, Patience);
        Assert.InRange(long.Parse(await _redis.AskAsync("PTTL gw:events:1"), CultureInfo.InvariantCulture), 1, (long)TimeSpan.FromDays(30).TotalMilliseconds);

        // The others are of no form that is known: they are skipped.
        Assert.Equal(EventKind.GatewayLeft, Assert.Single(await Log.ReadAsync(null, 1000)).Kind);
    }

    [Fact]
    public async Task Stop_WithEventsWaiting_WritesThemFirst()
    {
        for (int i = 0; i < 20; i++)
        {
            Log.Note(EventKind.ConfigApplied, ("revision", $"{i}"));
        }

        Log.Note(EventKind.GatewayLeft);
        await _log.StopAsync(CancellationToken.None);
        Assert.Equal("21", await _redis.AskAsync("XLEN gw:events:1"));
        Log.Note(EventKind.GatewayLeft);
        Assert.Equal(1, Interlocked.Read(ref _dropped));
    }
}
