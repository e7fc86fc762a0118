using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>From a connection string to the client's options, with what the gateway always sets (docs/decisions/0002-redis-client-settings.md).</summary>
internal static class RedisConfiguration
{
    /// <summary>The client's default, 5 s, for what the connection string does not say.</summary>
    private const int ClientsTimeout = 5000;

    /// <summary>Four times this without a word, the client gives a connection up that stands and carries nothing.</summary>
    private const int Timeout = 2000;

    /// <exception cref="ArgumentException">The connection string cannot be read, or there is none. The message quotes nothing that may be a secret.</exception>
    public static ConfigurationOptions For(RedisConcern concern, RedisOptions options)
    {
        ConfigurationOptions configuration = Parse(OwnOf(concern, options) ?? options.Connection, SettingOf(concern, options));
        return Complete(configuration, concern, options);
    }

    /// <summary>The options of one of <see cref="RedisOptions.Locks"/>.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public static ConfigurationOptions ForLocks(int index, RedisOptions options) =>
        Complete(Parse(options.Locks[index], $"Gateway:Redis:Locks:{index}"), RedisConcern.Locks, options);

    private static ConfigurationOptions Complete(ConfigurationOptions configuration, RedisConcern concern, RedisOptions options)
    {
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.SocketManager = SocketManager.ThreadPool;
        configuration.ReconnectRetryPolicy = new RedisReconnect();
        configuration.HeartbeatConsistencyChecks = true;
        configuration.AsyncTimeout = configuration.AsyncTimeout == ClientsTimeout ? Timeout : configuration.AsyncTimeout;
        configuration.IncludeDetailInExceptions = false;
        RedisCertificates.Apply(configuration, options);
        configuration.Tunnel ??= new RedisEntrance(configuration.Ssl);
        configuration.ClientName = $"{configuration.ClientName ?? "gateway"}-{concern}";
        return configuration;
    }

    /// <summary>The setting a concern's connection comes from, for messages.</summary>
    public static string SettingOf(RedisConcern concern, RedisOptions options) =>
        concern is RedisConcern.Locks || OwnOf(concern, options) is not null ? $"Gateway:Redis:{concern}" : "Gateway:Redis:Connection";

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
