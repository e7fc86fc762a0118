using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>Connects without waiting for what cannot be cancelled.</summary>
internal static class RedisDial
{
    /// <exception cref="OperationCanceledException">The gateway stops; a connection that still comes about is ended.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration, CancellationToken stopping)
    {
        Task<ConnectionMultiplexer> connecting = ConnectionMultiplexer.ConnectAsync(configuration);
        try
        {
            return await connecting.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            _ = DisposeLateAsync(connecting);
            throw;
        }
    }

    private static async Task DisposeLateAsync(Task<ConnectionMultiplexer> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            await (await connecting).DisposeAsync();
        }
    }
}
