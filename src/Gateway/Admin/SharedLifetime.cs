namespace Gateway.Admin;

/// <summary>The admin listener lives as long as the gateway's own host says; it does not listen to signals itself.</summary>
internal sealed class SharedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
