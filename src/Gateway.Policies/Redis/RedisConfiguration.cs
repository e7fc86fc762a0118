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

        ConfigurationOptions? configuration = TryParse(connection);
        if (configuration is null)
        {
            throw new ArgumentException($"{setting}: {FirstMistake(connection)}");
        }

        if (configuration.EndPoints.Count == 0)
        {
            throw new ArgumentException($"{setting} names no server. Begin it with one, for example \"localhost:6379,password=…\".");
        }

        return configuration;
    }

    private static ConfigurationOptions? TryParse(string connection)
    {
        try
        {
            return ConfigurationOptions.Parse(connection);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or OverflowException)
        {
            // The client's message quotes what it could not read, which may be a piece of a password.
            return null;
        }
    }

    private static string FirstMistake(string connection)
    {
        string[] parts = connection.Split(',');
        for (int i = 0; i < parts.Length; i++)
        {
            if (TryParse(parts[i]) is null)
            {
                return $"part {i + 1} of {parts.Length} (parts are separated by commas) is not a server and not an option StackExchange.Redis knows, "
                    + "or has a value it does not take. Write host:port first, then option=value; a password must not hold a comma.";
            }
        }

        return "StackExchange.Redis cannot read this combination of options.";
    }
}
