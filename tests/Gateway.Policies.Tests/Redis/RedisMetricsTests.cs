using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

[Collection(RedisCollection.Name)]
public sealed class RedisMetricsTests
{
    private readonly ConcurrentQueue<string> _seen = new();

    [Fact]
    public async Task Metrics_OfCallsAndServers_CarryBoundedTags()
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using RedisServer server = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        using var logs = new LogRecorder();
        await using var connections = new RedisConnections(
            new RedisOptions { Connection = server.Connection }, TimeProvider.System, logs, services.GetRequiredService<IMeterFactory>());
        using MeterListener listener = Listen(services.GetRequiredService<IMeterFactory>());
        await connections.StartAsync();
        await Eventually.TrueAsync(() => connections.Servers.Count == 1);
        RedisLink link = connections.For(RedisConcern.Cache);
        await link.CallAsync(0, static (database, _) => database.StringGetAsync("k"), new WaitBudget());
        link.Malformed("no list");
        listener.RecordObservableInstruments();

        Assert.Contains("gateway.redis.calls{concern=cache,outcome=answered}", _seen);
        Assert.Contains("gateway.redis.errors{concern=cache,outcome=malformed}=1", _seen);
        Assert.Contains("gateway.redis.circuit{concern=rate_limits}=0", _seen);
        Assert.Contains($"gateway.redis.server.memory_limit{{server={server.Connection},role=master}}=104857600", _seen);
        Assert.Contains(_seen, one => one.StartsWith("gateway.redis.server.clients{", StringComparison.Ordinal) && !one.EndsWith("=0", StringComparison.Ordinal));
        Assert.Single(logs.Lines, line => line.EventId == 110 && line.Text.Contains("allkeys-lru", StringComparison.Ordinal));
    }

    private MeterListener Listen(IMeterFactory meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => _seen.Enqueue(instrument.Name + Text(tags)));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _seen.Enqueue($"{instrument.Name}{Text(tags)}={value}"));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => _seen.Enqueue($"{instrument.Name}{Text(tags)}={value}"));
        listener.Start();
        return listener;
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => $"{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}";
}
