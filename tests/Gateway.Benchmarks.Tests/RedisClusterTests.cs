using System.Diagnostics;
using System.Globalization;
using Gateway.Policies.RateLimiting.Redis;
using Harness.Scaling;
using Harness.Servers;
using Xunit;

namespace Gateway.Benchmarks.Tests;

/// <summary>What bench/scaling starts and asks: real servers, nothing timed.</summary>
public sealed class RedisClusterTests
{
    [Fact]
    public async Task Cluster_Started_ServesAllSlotsAndEndsItsProcesses()
    {
        RedisCluster cluster = await RedisCluster.StartAsync(3);
        int[] processes = [.. cluster.Shards.Select(static shard => shard.ProcessId)];
        string said = await RedisNode.AskAsync(cluster.Shards[2].Port, "CLUSTER INFO");

        await cluster.DisposeAsync();

        Assert.Contains("cluster_slots_ok:16384", said, StringComparison.Ordinal);
        Assert.Contains("cluster_size:3", said, StringComparison.Ordinal);
        Assert.All(processes, static process => Assert.Throws<ArgumentException>(() => Process.GetProcessById(process)));
    }

    [Theory]
    [InlineData(5_000, 1, 4)]
    [InlineData(5_000, 8, 1)]
    [InlineData(1_000_000, 1, 1)]
    [InlineData(1_000_000, 8, 2)]
    public async Task Asker_AsManyQuestionsACall_AsksAGatewaysQuestionsWithoutAnError(int limit, int questions, int inFlight)
    {
        await using RedisCluster shard = await RedisCluster.StartAsync(1);
        int port = shard.Shards[0].Port;
        string sha = await Seeding.LoadScriptAsync(port, PermitScripts.Acquire.Text);
        using var asker = new Asker(sha, limit, questions, inFlight);
        await asker.ConnectAsync(port);

        long asked = await asker.AskAsync(TimeSpan.FromSeconds(0.1));

        Assert.True(asked >= questions * inFlight);
        Assert.Equal(asked / questions, (await RedisNode.CountAsync(port)).Calls);
        Assert.InRange(long.Parse(await RedisNode.AskAsync(port, "DBSIZE"), CultureInfo.InvariantCulture), 1, asked);
    }

    [Fact]
    public async Task Asker_WithoutTheScript_SaysWhatRedisSaid()
    {
        await using RedisCluster shard = await RedisCluster.StartAsync(1);
        using var asker = new Asker(new string('0', 40), limit: 10, questions: 1, inFlight: 1);
        await asker.ConnectAsync(shard.Shards[0].Port);

        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => asker.AskAsync(TimeSpan.FromSeconds(10)));

        Assert.Contains("NOSCRIPT", problem.Message, StringComparison.Ordinal);
    }
}
