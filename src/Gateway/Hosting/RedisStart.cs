using Gateway.Policies.Redis;

namespace Gateway.Hosting;

/// <summary>Connects to Redis before the proxy listens; a Redis that is away is no error.</summary>
internal sealed class RedisStart(RedisConnections connections) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => connections.StartAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
