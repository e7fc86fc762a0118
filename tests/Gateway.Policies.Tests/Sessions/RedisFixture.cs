using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>A redis-server, the gateway's link to it, and a connection of another application's.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public RedisConnections Connections { get; private set; } = null!;

    /// <summary>How a login service or an operator talks to the same Redis.</summary>
    public IDatabase Foreign { get; private set; } = null!;

    /// <summary>Long, so that a busy machine fails no test that is not about the deadline.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    public async ValueTask InitializeAsync()
    {
        Server = await RedisServer.StartAsync();
        var options = new RedisOptions { Connection = Server.Connection, Deadline = Deadline };
        Connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await Connections.StartAsync();
        Foreign = (await ConnectionMultiplexer.ConnectAsync($"{Server.Connection},allowAdmin=true,abortConnect=false")).GetDatabase();
        await WarmAsync();
    }

    public async Task WarmAsync() =>
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await Connections.For(RedisConcern.Sessions).CallAsync(0, static (database, _) => database.StringGetAsync("warm"), new WaitBudget()) is var _;
                }
                catch (StoreUnavailableException)
                {
                    return false;
                }
            }, expected: "Redis answers the gateway");

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await Foreign.Multiplexer.DisposeAsync();
        await Server.DisposeAsync();
    }
}
