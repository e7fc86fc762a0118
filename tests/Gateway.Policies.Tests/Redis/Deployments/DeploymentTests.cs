using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Redis.Deployments;

/// <summary>The tests' own Redis topologies are what they say.</summary>
[Collection(RedisCollection.Name)]
public sealed class DeploymentTests
{
    [Fact]
    public async Task Cluster_Started_KeepsKeysOnEveryPrimaryAndMovesSlotsBetweenThem()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync(relayed: true);
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(cluster.Connection);
        IDatabase database = client.GetDatabase();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => database.StringSetAsync($"key {i}", i)));
        Assert.All(await Task.WhenAll(cluster.Servers.Select(server => server.AskAsync("DBSIZE"))), size => Assert.NotEqual("0", size));
        Assert.Equal(ServerType.Cluster, client.GetServers()[0].ServerType);
        Assert.All(client.GetEndPoints(), endPoint => Assert.Contains(cluster.Relays, relay => $"{endPoint}".EndsWith($":{relay.Port}", StringComparison.Ordinal)));

        int slot = await cluster.SlotOfAsync("moved");
        RedisServer from = await cluster.OwnerAsync("moved");
        RedisServer to = cluster.Servers.First(server => server != from);
        await database.StringSetAsync("moved", "here");
        await cluster.MoveSlotAsync(slot, from, to);
        Assert.Equal("here", await database.StringGetAsync("moved"));
        Assert.Equal("here", await to.AskAsync("GET moved"));
    }

    [Fact]
    public async Task Cluster_PrimaryKilled_ItsReplicaTakesOver()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync(replicas: 1);
        RedisServer owner = await cluster.OwnerAsync("key");
        await owner.KillAsync();
        await cluster.UntilOwnerIsNotAsync(owner, "key");
        RedisServer successor = await cluster.OwnerAsync("key");
        Assert.NotSame(owner, successor);
        await successor.AskAsync("SET key 1");
    }

    [Fact]
    public async Task Sentinel_PrimaryKilled_AnotherIsChosenAndTheClientFindsIt()
    {
        await using RedisSentinel sentinel = await RedisSentinel.StartAsync(relayed: true, downAfter: TimeSpan.FromSeconds(5));
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(sentinel.Connection + ",abortConnect=false");
        await client.GetDatabase().StringSetAsync("key", 1);
        RedisServer first = await sentinel.PrimaryAsync();
        Assert.Same(sentinel.Servers[0], first);
        await first.KillAsync();
        await sentinel.UntilPrimaryIsNotAsync(first);
        await Eventually.TrueAsync(async () => await SetsAsync(client), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Relay_EachMode_DoesWhatItSays()
    {
        await using RedisStandalone redis = await RedisStandalone.StartAsync(relayed: true);
        TcpRelay relay = redis.Relays[0];
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(redis.Connection + ",syncTimeout=500,asyncTimeout=500,connectTimeout=500,abortConnect=false");
        IDatabase database = client.GetDatabase();
        await Eventually.TrueAsync(async () => await SetsAsync(client), TimeSpan.FromSeconds(30));
        relay.Delay = TimeSpan.FromMilliseconds(50);
        // There and back; each timer may be a little early.
        Assert.InRange(await database.PingAsync(), TimeSpan.FromMilliseconds(90), TimeSpan.FromMinutes(1));
        relay.Delay = TimeSpan.Zero;

        foreach (RelayMode mode in (RelayMode[])[RelayMode.Hold, RelayMode.Drop, RelayMode.Cut])
        {
            relay.Become(mode);
            Assert.False(await SetsAsync(client));
            relay.Become(RelayMode.Pass);
            await Eventually.TrueAsync(async () => await SetsAsync(client), TimeSpan.FromSeconds(30));
        }
    }

    private static async Task<bool> SetsAsync(ConnectionMultiplexer client)
    {
        try
        {
            return await client.GetDatabase().StringSetAsync("key", 1).WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
