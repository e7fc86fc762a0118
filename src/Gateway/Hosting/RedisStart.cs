using Gateway.Policies.Redis;

namespace Gateway.Hosting;

/// <summary>Connects to Redis before the proxy listens, beside the rest of the start; a Redis that is away is no error.</summary>
internal sealed class RedisStart(RedisConnections connections) : IHostedLifecycleService, IAsyncDisposable
{
    private Task _connecting = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _connecting = Task.Run(connections.StartAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => _connecting;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // When the start fails elsewhere, nobody has waited: the connections must not be disposed while they are made.
    public async ValueTask DisposeAsync() => await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
