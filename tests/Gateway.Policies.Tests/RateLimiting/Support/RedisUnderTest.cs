using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>A real redis-server and the store on it, running the shipped script with a clock that is read from a key.</summary>
internal sealed class RedisUnderTest : IStoreUnderTest, IAsyncDisposable
{
    private const string ServerTime = "redis.call('TIME')";
    // Keys must not end by the real clock, however slow the machine, while the script's stands.
    private const string Margin = "local margin = 1000";
    private const string LongMargin = "local margin = 600000";
    private const string ClockKey = "test:clock";
    private static readonly RedisScript WithClock = Clocked(PermitScripts.Acquire.Text);

    private long _microseconds = ManualTime.StoreStart.Ticks / TimeSpan.TicksPerMicrosecond;

    private RedisUnderTest(RedisServer server, RedisConnections connections)
    {
        Server = server;
        Connections = connections;
        Secret.Agree(new byte[PartitionSecret.Length]);
        Store = new RedisPermitStore(Link, Secret, WithClock, TimeProvider.System);
        OnServerTime = new RedisPermitStore(Link, Secret, PermitScripts.Acquire, TimeProvider.System);
    }

    public RedisServer Server { get; }

    public RedisConnections Connections { get; }

    public RedisLink Link => Connections.For(RedisConcern.RateLimits);

    public PartitionSecret Secret { get; } = new();

    public IPermitStore Store { get; }

    public long Now => _microseconds;

    /// <summary>The store as it ships.</summary>
    public IPermitStore OnServerTime { get; }

    public IDatabase Database => Link.Connection!.GetDatabase();

    public static async Task<RedisUnderTest> StartAsync() => await ConnectAsync(await RedisServer.StartAsync());

    /// <summary>A Cluster of one node that owns every slot: like any Cluster it refuses scripts over several slots.</summary>
    public static async Task<RedisUnderTest> StartClusterAsync() => await ConnectAsync((await RedisCluster.StartAsync(primaries: 1)).Servers[0]);

    private static async Task<RedisUnderTest> ConnectAsync(RedisServer server)
    {
        var options = new RedisOptions { Connection = server.Connection, Deadline = TimeSpan.FromSeconds(10) };
        var connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await connections.StartAsync();
        await Eventually.TrueAsync(() => connections.For(RedisConcern.RateLimits).IsAvailable);
        var redis = new RedisUnderTest(server, connections);
        await redis.AdvanceAsync(TimeSpan.Zero);
        return redis;
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        _microseconds += by.Ticks / TimeSpan.TicksPerMicrosecond;
        await Database.HashSetAsync(ClockKey, [new("s", _microseconds / 1_000_000), new("us", _microseconds % 1_000_000)]);
    }

    public async Task<string[]> LogKeysAsync()
    {
        RedisResult keys = await Database.ExecuteAsync("KEYS", "gw:rl*");
        return (string[])keys!;
    }

    /// <summary>How often a script was called by its SHA-1.</summary>
    public async Task<long> ScriptCallsAsync()
    {
        string stats = (string)(await Database.ExecuteAsync("INFO", "commandstats"))!;
        string? line = stats.Split('\n').FirstOrDefault(line => line.StartsWith("cmdstat_evalsha:calls=", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line["cmdstat_evalsha:calls=".Length..line.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static RedisScript Clocked(string text)
    {
        Assert.Equal(2, text.Split(ServerTime).Length);
        Assert.Equal(2, text.Split(Margin).Length);
        return new RedisScript(text
            .Replace(ServerTime, $"redis.call('HMGET', '{ClockKey}', 's', 'us')", StringComparison.Ordinal)
            .Replace(Margin, LongMargin, StringComparison.Ordinal));
    }
}
