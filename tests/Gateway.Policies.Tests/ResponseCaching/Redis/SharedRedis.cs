using Gateway.Policies.Redis;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Redis;

/// <summary>A redis-server and connections to it.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public RedisConnections Connections { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RedisServer.StartAsync();
        Connections = new RedisConnections(
            new RedisOptions { Connection = Server.Connection, Deadline = TimeSpan.FromSeconds(5) }, TimeProvider.System, NullLoggerFactory.Instance);
        await Connections.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await Server.DisposeAsync();
    }
}
