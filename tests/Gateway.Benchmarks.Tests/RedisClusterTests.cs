using System.Diagnostics;
using Harness.Servers;
using Xunit;

namespace Gateway.Benchmarks.Tests;

/// <summary>The Cluster that bench/scaling starts is a real one, and is gone afterwards.</summary>
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
}
