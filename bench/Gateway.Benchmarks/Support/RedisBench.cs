using Gateway.Policies.Redis;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Support;

/// <summary>A redis-server of the benchmark's own, and services that are connected to it as in a gateway.</summary>
internal sealed class RedisBench : IAsyncDisposable
{
    private readonly RedisServer _server;
    private readonly ServiceProvider _services;

    private RedisBench(RedisServer server, ServiceProvider services) => (_server, _services) = (server, services);

    public IServiceProvider Services => _services;

    /// <summary>Starts the server, connects, and starts what the policies run in the background.</summary>
    /// <param name="add">Registers policies; the connections are registered already.</param>
    public static async Task<RedisBench> StartAsync(Action<IServiceCollection> add)
    {
        RedisServer server = await RedisServer.StartAsync();
        var options = new RedisOptions { Connection = server.Connection, Deadline = TimeSpan.FromSeconds(30) };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(_ => new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance));
        add(services);
        var bench = new RedisBench(server, services.BuildServiceProvider());
        await bench.StartAsync();
        return bench;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHostedService hosted in _services.GetServices<IHostedService>().Reverse())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await _services.GetRequiredService<RedisConnections>().StartAsync();
        foreach (IHostedService hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }
    }
}
