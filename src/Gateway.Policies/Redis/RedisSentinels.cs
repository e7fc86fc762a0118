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
    /// <param name="configuration">Of the connection to the data.</param>
    /// <param name="anew">Over a new connection to the Sentinels.</param>
    /// <param name="stopping">Ends it.</param>
    /// <exception cref="NoPrimaryException">No Sentinel answers, or none knows the service.</exception>
    public async Task<ConfigurationOptions> LocateAsync(ConfigurationOptions configuration, bool anew, CancellationToken stopping)
    {
        if (anew)
        {
            await DisposeAsync();
            _connection = null;
        }

        _connection ??= await RedisDial.ConnectAsync(_configuration, stopping);
        (EndPoint? Primary, Exception? Failure)[] told = await Task.WhenAll(_connection.GetServers().Select(sentinel => AskAsync(sentinel, stopping)));
        EndPoint primary = told.Select(answer => answer.Primary).OfType<EndPoint>().GroupBy(name => name).MaxBy(votes => votes.Count())?.Key
            ?? throw (told.Select(answer => answer.Failure).OfType<Exception>().OrderBy(RedisFault.IsBroken).FirstOrDefault() is { } failure
                ? new NoPrimaryException($"no Sentinel names the primary ({RedisFault.Describe(failure)})", RedisFault.IsBroken(failure))
                : new NoPrimaryException($"no Sentinel knows the serviceName {_service}", isBroken: false));
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

    /// <summary>No primary when this Sentinel knows none, or cannot tell.</summary>
    private async Task<(EndPoint? Primary, Exception? Failure)> AskAsync(IServer sentinel, CancellationToken stopping)
    {
        try
        {
            Task<EndPoint?> primary = sentinel.SentinelGetMasterAddressByNameAsync(_service);
            primary.Forget();
            return (await primary.WaitAsync(Patience, _time, stopping), null);
        }
        catch (Exception silent) when (RedisFault.Of(silent) is not null)
        {
            return (null, silent);
        }
    }
}
