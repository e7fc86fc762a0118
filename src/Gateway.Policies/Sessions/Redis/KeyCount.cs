using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.Sessions.Redis;

/// <summary>Counts keys with SCAN, which other callers hardly notice, on every primary.</summary>
internal sealed class KeyCount(RedisLink redis)
{
    private const int PageSize = 1000;

    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<SessionCount> CountAsync(SessionKeyPattern pattern, WaitBudget wait)
    {
        if (!redis.IsAvailable || redis.Connection is not { } connection)
        {
            throw new StoreUnavailableException("Redis for Sessions is away");
        }

        using var enough = new CancellationTokenSource(wait.Limit ?? SessionCount.Patience);
        long count = 0;
        try
        {
            foreach (IServer server in connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
            {
                await foreach (RedisKey key in server.KeysAsync(connection.GetDatabase().Database, pattern.Glob, PageSize).WithCancellation(enough.Token))
                {
                    enough.Token.ThrowIfCancellationRequested();
                    count += pattern.Matches(key.ToString()) ? 1 : 0;
                }
            }

            return new SessionCount(count, IsWhole: true);
        }
        catch (OperationCanceledException)
        {
            return new SessionCount(count, IsWhole: false);
        }
        catch (Exception failure) when (RedisFault.Of(failure) is not null)
        {
            throw new StoreUnavailableException($"Redis for Sessions gave no answer ({RedisFault.Describe(failure)})");
        }
    }
}
