using Harness.Servers;
using Xunit;

namespace Gateway.Benchmarks.Tests;

/// <summary>A Cluster of one primary for the tests of a class: its start takes Redis some seconds.</summary>
public sealed class OneShard : IAsyncLifetime
{
    private RedisCluster? _cluster;

    internal int Port => _cluster!.Shards[0].Port;

    public async ValueTask InitializeAsync() => _cluster = await RedisCluster.StartAsync(1);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
