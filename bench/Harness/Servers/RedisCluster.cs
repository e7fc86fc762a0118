using System.Globalization;
using Gateway.Testing;

namespace Harness.Servers;

/// <summary>A Redis Cluster of primaries on loopback, without replicas: 7.0 or later, for ports of its own between the nodes.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;
    private const int Attempts = 3;
    private static readonly TimeSpan JoinsWithin = TimeSpan.FromSeconds(30);
    private readonly string _folder = Leftovers.NewFolder("gateway-bench-cluster-");
    private readonly List<(Server Server, int Bus)> _nodes = [];

    private RedisCluster()
    {
    }

    public IReadOnlyList<Server> Shards => [.. _nodes.Select(static node => node.Server)];

    /// <summary>Returns once every node serves its part of the slots: after 2 to 3 s, Redis' own pause.</summary>
    /// <exception cref="InvalidOperationException">A node did not start.</exception>
    /// <exception cref="TimeoutException">They did not find each other.</exception>
    public static async Task<RedisCluster> StartAsync(int primaries)
    {
        for (int attempt = 1; ; attempt++)
        {
            var cluster = new RedisCluster();
            try
            {
                await cluster.StartNodesAsync(primaries);
                return cluster;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // Somebody else took a port meanwhile.
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Forgets everything but scripts.</summary>
    public Task EmptyAsync() => Task.WhenAll(_nodes.Select(static node => RedisNode.AskAsync(node.Server.Port, "FLUSHALL")));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(static node => node.Server.DisposeAsync().AsTask()));
        Leftovers.Delete(_folder);
    }

    private async Task StartNodesAsync(int primaries)
    {
        for (int i = 0; i < primaries; i++)
        {
            await AddAsync();
        }

        await JoinAsync();
    }

    private async Task AddAsync()
    {
        int port = Server.FreePort();
        int bus = Server.FreePort();
        string text = bus.ToString(CultureInfo.InvariantCulture);
        _nodes.Add((await Site.RedisAsync(port, "--cluster-enabled", "yes", "--cluster-port", text, "--cluster-announce-ip", "127.0.0.1", "--dir", _folder, "--cluster-config-file", $"nodes-{port}.conf"), bus));
    }

    private async Task JoinAsync()
    {
        for (int i = 0; i < _nodes.Count; i++)
        {
            int port = _nodes[i].Server.Port;
            await RedisNode.AskAsync(port, $"CLUSTER SET-CONFIG-EPOCH {i + 1}");
            await RedisNode.AskAsync(port, $"CLUSTER ADDSLOTSRANGE {Slots * i / _nodes.Count} {(Slots * (i + 1) / _nodes.Count) - 1}");
            if (i > 0)
            {
                await RedisNode.AskAsync(_nodes[0].Server.Port, $"CLUSTER MEET 127.0.0.1 {port} {_nodes[i].Bus}");
            }
        }

        foreach ((Server server, _) in _nodes)
        {
            await Eventually.TrueAsync(() => IsWellAsync(server), JoinsWithin, $"a cluster that is well, says the node on port {server.Port}");
        }
    }

    private async Task<bool> IsWellAsync(Server server)
    {
        string said = await RedisNode.AskAsync(server.Port, "CLUSTER INFO");
        return said.Contains("cluster_state:ok", StringComparison.Ordinal) && said.Contains($"cluster_known_nodes:{_nodes.Count}\r", StringComparison.Ordinal);
    }
}
