namespace Gateway.Hosting;

/// <summary>A part of the start that runs beside the others: it is begun before any of them, and ends before the proxy listens.</summary>
internal abstract class StartBeside : IHostedLifecycleService, IAsyncDisposable
{
    private Task _running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => _running;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // When the start fails elsewhere, nobody has waited: what is being made must not be disposed meanwhile.
    public virtual async ValueTask DisposeAsync() => await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected abstract Task RunAsync();
}
