using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>One connection per concern, to one Redis or to several.</summary>
public sealed class RedisConnections : IAsyncDisposable
{
    private readonly RedisLink[] _links;

    /// <exception cref="ArgumentException">A connection string that StackExchange.Redis cannot read, or none at all.</exception>
    public RedisConnections(RedisOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger<RedisLink> logger = loggers.CreateLogger<RedisLink>();
        _links = [.. Enum.GetValues<RedisConcern>().Select(concern => new RedisLink(concern, Configure(concern, options), options, time, logger))];
    }

    public RedisLink For(RedisConcern concern) => _links[(int)concern];

    /// <summary>Connects all at once; a Redis that is away is not an error.</summary>
    public Task StartAsync() => Task.WhenAll(_links.Select(link => link.StartAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (RedisLink link in _links)
        {
            await link.DisposeAsync();
        }
    }

    private static ConfigurationOptions Configure(RedisConcern concern, RedisOptions options)
    {
        string? own = concern switch
        {
            RedisConcern.RateLimits => options.RateLimits,
            RedisConcern.Sessions => options.Sessions,
            RedisConcern.Cache => options.Cache,
            RedisConcern.Events => options.Events,
            _ => throw new ArgumentOutOfRangeException(nameof(concern)),
        };
        var configuration = ConfigurationOptions.Parse(own ?? options.Connection ?? throw new ArgumentException("Gateway:Redis:Connection is not set."));
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.SocketManager = SocketManager.ThreadPool;
        configuration.ClientName = $"gateway-{concern}";
        return configuration;
    }
}
