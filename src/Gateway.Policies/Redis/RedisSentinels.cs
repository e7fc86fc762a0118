using System.Net;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// Asks Sentinels which servers hold the data. The client's own way with Sentinels blocks threads of the pool for seconds whenever
/// the primary is not there, and requests wait for those threads.
/// </summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ConfigurationOptions _configuration;
    private readonly string _service;
    private readonly TimeProvider _time;
    private ConnectionMultiplexer? _connection;

    private RedisSentinels(ConfigurationOptions configuration, TimeProvider time)
    {
        _service = configuration.ServiceName!;
        _time = time;
        _configuration = configuration.Clone();
        _configuration.ServiceName = null;
        _configuration.DefaultDatabase = null;
        _configuration.TieBreaker = "";
        _configuration.ConfigurationChannel = "";
        _configuration.CommandMap = CommandMap.Sentinel;
        _configuration.ClientName = $"{configuration.ClientName}-sentinel";
    }

    /// <summary>Null for a connection string without <c>serviceName</c>.</summary>
    public static RedisSentinels? For(ConfigurationOptions configuration, TimeProvider time) =>
        string.IsNullOrEmpty(configuration.ServiceName) ? null : new RedisSentinels(configuration, time);

    /// <summary>
    /// The connection's own options with the primary that most Sentinels name. Not its replicas: the client would read from one while the
    /// primary is away, a session that is not there yet or a revoked one that still is.
    /// </summary>
    /// <exception cref="RedisConnectionException">No Sentinel answers, or none knows the service.</exception>
    public async Task<ConfigurationOptions> LocateAsync(ConfigurationOptions configuration, CancellationToken stopping)
    {
        _connection ??= await RedisDial.ConnectAsync(_configuration, stopping);
        EndPoint?[] named = await Task.WhenAll(_connection.GetServers().Where(sentinel => sentinel.IsConnected).Select(sentinel => AskAsync(sentinel, stopping)));
        EndPoint primary = named.OfType<EndPoint>().GroupBy(name => name).MaxBy(votes => votes.Count())?.Key
            ?? throw new RedisConnectionException(ConnectionFailureType.UnableToResolvePhysicalConnection, "No Sentinel names a primary");
        ConfigurationOptions located = configuration.Clone();
        located.ServiceName = null;
        located.EndPoints.Clear();
        located.EndPoints.Add(primary);
        return located;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Null when this Sentinel cannot tell.</summary>
    private async Task<EndPoint?> AskAsync(IServer sentinel, CancellationToken stopping)
    {
        try
        {
            Task<EndPoint?> primary = sentinel.SentinelGetMasterAddressByNameAsync(_service);
            primary.Forget();
            return await primary.WaitAsync(Patience, _time, stopping);
        }
        catch (Exception silent) when (RedisFault.Of(silent) is not null)
        {
            return null;
        }
    }
}
