using Gateway.Policies.Redis;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Redis;

/// <summary>A redis-server and connections to it, with time for a machine that stands still for seconds: no test here is about a slow Redis.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public RedisConnections Connections { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RedisServer.StartAsync();
        Connections = new RedisConnections(
            new RedisOptions { Connection = $"{Server.Connection},asyncTimeout=30000", Deadline = TimeSpan.FromSeconds(10) }, TimeProvider.System, NullLoggerFactory.Instance);
        await Connections.StartAsync();
        await Eventually.TrueAsync(() => Connections.For(RedisConcern.Cache).IsWarm, TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await Server.DisposeAsync();
    }
}
