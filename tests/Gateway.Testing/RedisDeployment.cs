namespace Gateway.Testing;

/// <summary>Redis in one of its topologies, as a test sees it: how to connect, and the servers that hold the data.</summary>
public abstract class RedisDeployment : IAsyncDisposable
{
    /// <summary>In StackExchange.Redis format.</summary>
    public abstract string Connection { get; }

    /// <summary>Every server that holds data, replicas too.</summary>
    public abstract IReadOnlyList<RedisServer> Servers { get; }

    /// <summary>The relays between clients and <see cref="Servers"/>, in their order; empty without.</summary>
    public abstract IReadOnlyList<TcpRelay> Relays { get; }

    /// <summary>Starts one topology: <c>standalone</c>, <c>sentinel</c> or <c>cluster</c>.</summary>
    public static async Task<RedisDeployment> StartAsync(string topology, RedisTls tls) => topology switch
    {
        "standalone" => await RedisStandalone.StartAsync(tls),
        "sentinel" => await RedisSentinel.StartAsync(tls: tls),
        "cluster" => await RedisCluster.StartAsync(tls: tls),
        _ => throw new ArgumentOutOfRangeException(nameof(topology), topology, "No such topology."),
    };

    public abstract ValueTask DisposeAsync();

    public Task OnAllAsync(Func<RedisServer, Task> act) => Task.WhenAll(Servers.Select(act));

    public Task SendToAllAsync(string command, string? password = null) => OnAllAsync(server => server.SendAsync(command, password));

    protected static async Task DisposeAllAsync(IEnumerable<IAsyncDisposable> parts)
    {
        foreach (IAsyncDisposable part in parts)
        {
            await part.DisposeAsync();
        }
    }
}
