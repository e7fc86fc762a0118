using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>One connection per concern, to one Redis or to several. Equal connection strings still get a connection each.</summary>
public sealed class RedisConnections : IAsyncDisposable
{
    private readonly RedisLink[] _links;
    private readonly RedisLink[] _lockLinks;
    private readonly RedisServers _servers;
    private readonly RedisMetrics _metrics;
    private volatile bool _started;

    /// <exception cref="ArgumentException">A connection string that StackExchange.Redis cannot read, or none at all. The message names the setting and holds no credential.</exception>
    public RedisConnections(RedisOptions options, TimeProvider time, ILoggerFactory loggers, IMeterFactory? meters = null)
    {
        ILogger logger = loggers.CreateLogger<RedisLink>();
        _metrics = new RedisMetrics(meters);
        _links = [.. Enum.GetValues<RedisConcern>().Where(concern => concern is not RedisConcern.Locks).Select(concern => Link(concern, RedisConfiguration.For(concern, options)))];
        _lockLinks = [.. Enumerable.Range(0, options.Locks.Count).Select(index => Link(RedisConcern.Locks, RedisConfiguration.ForLocks(index, options)))];
        _servers = new RedisServers(_links, time, logger);
        _metrics.Observe(_links);
        _metrics.Observe(_servers);

        RedisLink Link(RedisConcern concern, ConfigurationOptions configuration) => new(concern, configuration, options, time, _metrics, logger);
    }

    /// <summary>One for each concern but the locks.</summary>
    public IReadOnlyList<RedisLink> Links => _links;

    /// <summary>The Redis that hold the locks: those named for them, else that of <see cref="RedisConcern.Events"/>.</summary>
    internal IReadOnlyList<RedisLink> Locks => _lockLinks.Length > 0 ? _lockLinks : [For(RedisConcern.Events)];

    /// <summary>Every concern's Redis answers and has its scripts.</summary>
    public bool IsWarm => Array.TrueForAll(_links, link => link.IsWarm);

    /// <summary>For the readiness endpoint: started, and every concern is warm or known to be away, in which case each policy does what it says for that.</summary>
    public bool IsReady => _started && Array.TrueForAll(_links, link => link.IsWarm || !link.IsAvailable);

    /// <summary>The distinct servers that answered the last <c>INFO</c>, asked every 10 to 15 s.</summary>
    public IReadOnlyList<RedisServerState> Servers => _servers.Known;

    public RedisLink For(RedisConcern concern) => _links[(int)concern];

    /// <summary>Connects all at once; a Redis that is away is not an error and costs 2 s at most.</summary>
    public async Task StartAsync()
    {
        await Task.WhenAll(_links.Concat(_lockLinks).Select(link => link.StartAsync()));
        _servers.Start();
        _started = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _servers.DisposeAsync();
        await Task.WhenAll(_links.Concat(_lockLinks).Select(link => link.DisposeAsync().AsTask()));
        _metrics.Dispose();
    }
}
