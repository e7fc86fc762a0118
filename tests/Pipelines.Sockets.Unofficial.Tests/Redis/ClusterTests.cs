using System.Collections.Concurrent;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>A cluster of one node speaks as one of many does: slots, nodes, sharded channels.</summary>
public sealed class ClusterTests
{
    [Theory]
    [InlineData(RedisProtocol.Resp2)]
    [InlineData(RedisProtocol.Resp3)]
    public async Task Cluster_SlotsAndShardedChannels_AreUnderstood(RedisProtocol protocol)
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync(primaries: 1);
        ConfigurationOptions options = ConfigurationOptions.Parse($"{cluster.Connection},allowAdmin=true");
        options.Protocol = protocol;
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(options).InTime();
        IServer node = client.GetServers()[0];
        IDatabase db = client.GetDatabase();

        Assert.Equal(ServerType.Cluster, node.ServerType);
        Assert.Single((await node.ClusterNodesAsync().InTime())!.Nodes);
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => db.StringSetAsync($"key {i}", i))).InTime();
        RedisValue[] values = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => db.StringGetAsync($"key {i}"))).InTime();
        Assert.Equal(Enumerable.Range(0, 1_000), values.Select(value => (int)value));

        var messages = new ConcurrentBag<int>();
        RedisChannel channel = RedisChannel.Sharded("shard");
        await client.GetSubscriber().SubscribeAsync(channel, (_, message) => messages.Add((int)message)).InTime();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => client.GetSubscriber().PublishAsync(channel, i))).InTime();
        await Eventually.TrueAsync(() => messages.Count == 100, expected: "every message of the sharded channel");
    }
}
