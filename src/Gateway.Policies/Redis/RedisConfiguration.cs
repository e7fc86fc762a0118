using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>From a connection string to the client's options, with what the gateway always sets (docs/decisions/0002-redis-client-settings.md).</summary>
internal static class RedisConfiguration
{
    /// <exception cref="ArgumentException">The connection string cannot be read, or there is none. The message quotes nothing that may be a secret.</exception>
    public static ConfigurationOptions For(RedisConcern concern, RedisOptions options)
    {
        string setting = SettingOf(concern, options);
        ConfigurationOptions configuration = Parse(OwnOf(concern, options) ?? options.Connection, setting);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.SocketManager = SocketManager.ThreadPool;
        configuration.ReconnectRetryPolicy = new RedisReconnect();
        configuration.HeartbeatConsistencyChecks = true;
        configuration.IncludeDetailInExceptions = false;
        configuration.ClientName = $"{configuration.ClientName ?? "gateway"}-{concern}";
        return configuration;
    }

    /// <summary>The setting a concern's connection comes from, for messages.</summary>
    public static string SettingOf(RedisConcern concern, RedisOptions options) =>
        OwnOf(concern, options) is null ? "Gateway:Redis:Connection" : $"Gateway:Redis:{concern}";

    private static string? OwnOf(RedisConcern concern, RedisOptions options) => concern switch
    {
        RedisConcern.RateLimits => options.RateLimits,
        RedisConcern.Sessions => options.Sessions,
        RedisConcern.Cache => options.Cache,
        RedisConcern.Events => options.Events,
        _ => throw new ArgumentOutOfRangeException(nameof(concern)),
    };

    private static ConfigurationOptions Parse(string? connection, string setting)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            throw new ArgumentException($"{setting} is not set. Name a Redis, for example \"localhost:6379\".");
        }

        return RedisConnectionText.ProblemOf(connection) is { } problem
            ? throw new ArgumentException($"{setting}: {problem}. Write host:port first, then option=value, for example \"localhost:6379,password=…,ssl=true\".")
            : ConfigurationOptions.Parse(connection);
    }
}
