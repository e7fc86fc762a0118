using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Sessions.Redis;

/// <summary>
/// Revocations between gateways, by pub/sub. From the moment a message may be missed until all are heard again nothing remembered
/// counts, and what was remembered before never counts again.
/// </summary>
internal sealed class RedisSessionEvents(RedisLink redis, SessionLookups lookups, ILogger<RedisSessionEvents> logger) : ISessionEvents, IHostedService, IAsyncDisposable
{
    /// <summary>Begins every message, so that a gateway of another version never misreads one.</summary>
    private const string Version = "1";
    private const string Channel = "sessions:changed";
    private const char Separator = '\n';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private RedisSubscription? _heard;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _heard = redis.Subscribe(Channel, Take, lookups.Trust.Lose, lookups.Trust.Regain);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _heard, null) is { } heard)
        {
            await heard.DisposeAsync();
            lookups.Trust.Lose();
        }
    }

    public async ValueTask TellAsync(IReadOnlyList<string> keys)
    {
        Forget(keys);
        try
        {
            await redis.CallAsync(
                (Channel: RedisChannel.Literal(redis.KeyPrefix + Channel), Message: string.Join(Separator, keys.Prepend(Version))),
                static (database, call) => database.PublishAsync(call.Channel, call.Message),
                new WaitBudget { Limit = Patience });
        }
        catch (StoreUnavailableException away)
        {
            SessionLog.NotTold(logger, keys.Count, away.Message);
        }
    }

    private void Take(RedisValue message)
    {
        string[] parts = message.ToString().Split(Separator);
        if (parts[0] == Version)
        {
            Forget(parts.AsSpan(1).ToArray());
        }
        else
        {
            // Said by a gateway of another version: whatever it means, nothing from before it is believed.
            lookups.Trust.Doubt();
        }
    }

    private void Forget(IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            lookups.Forget(key);
        }
    }
}
