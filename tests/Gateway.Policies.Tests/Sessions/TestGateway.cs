using System.Diagnostics.Metrics;
using Gateway.Policies.Redis;
using Gateway.Policies.Sessions;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>All a gateway has for sessions, over a connection of its own; several of them share one Redis.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestGateway(ServiceProvider services) => _services = services;

    public SessionAdmin Admin => _services.GetRequiredService<SessionAdmin>();

    public SessionLookups Lookups => _services.GetRequiredService<SessionLookups>();

    public SessionStep Step => _services.GetRequiredService<SessionStep>();

    public static async Task<TestGateway> StartAsync(RedisServer redis)
    {
        var options = new RedisOptions { Connection = redis.Connection, Deadline = TimeSpan.FromSeconds(5) };
        var connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        ServiceProvider services = new ServiceCollection().AddSingleton(_ => connections).AddSessions().UseRedisSessions().BuildServiceProvider();
        await services.GetRequiredService<RedisConnections>().StartAsync();
        foreach (IHostedService hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        var gateway = new TestGateway(services);
        await gateway.HearsAsync();
        return gateway;
    }

    public Task HearsAsync() => Eventually.TrueAsync(() => Lookups.Trust.IsWhole, TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
