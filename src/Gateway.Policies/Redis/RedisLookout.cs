using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// Whether Redis is there for one concern: connects, looks for Redis while the circuit is open (one probe at a time, at jittered
/// intervals), loads the scripts before anyone calls them, and tells when Redis was lost and is back.
/// </summary>
internal sealed partial class RedisLookout : IAsyncDisposable
{
    private const int MostReasons = 8;

    /// <summary>Attempts after which a Redis that never answered is dialled anew: about six seconds.</summary>
    private const int AttemptsOfADial = 8;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);
    private readonly RedisConcern _concern;
    private readonly ConfigurationOptions _configuration;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RedisCircuit _circuit;
    private readonly RedisScriptShelf _scripts = new();
    private readonly RedisProbe _probe;
    private readonly RedisSentinels? _sentinels;
    private readonly CancellationTokenSource _stopping = new();
    private Task _search = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;
    private volatile ConnectionMultiplexer? _connection;
    private bool _toldAway;
    private bool _wasFound;
    private ImmutableHashSet<string> _reasons = [];

    public RedisLookout(RedisConcern concern, ConfigurationOptions configuration, RedisOptions options, TimeProvider time, ILogger logger)
    {
        _concern = concern;
        _configuration = configuration;
        _options = options;
        _time = time;
        _logger = logger;
        _circuit = new RedisCircuit(time);
        _probe = new RedisProbe(concern, options, time);
        _sentinels = RedisSentinels.For(configuration, time);
    }

    /// <summary>Redis answers again, or for the first time: what other gateways said meanwhile is missed.</summary>
    public event EventHandler? Restored;

    /// <summary>A connection broke.</summary>
    public event EventHandler? Lost;

    /// <summary>The circuit opened.</summary>
    public event EventHandler? Opened;

    /// <summary>The circuit closed, for the first time or again.</summary>
    public event EventHandler? Closed;

    public bool IsAvailable => !_circuit.IsOpen;

    public bool IsWarm => IsAvailable && _scripts.AllLoaded;

    public ConnectionMultiplexer? Connection => _connection;

    /// <summary>Why the last probe found no Redis; null once one did.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Returns once Redis is there and warm, or after 2 s; the search goes on in the background.</summary>
    public async Task StartAsync()
    {
        _search = SearchAsync(mustWrite: false);
        await Task.WhenAny(_search, Task.Delay(StartPatience, _time, _stopping.Token));
        if (!IsAvailable)
        {
            _toldAway = true;
            LogAwayAtStart(_concern, RedisConfiguration.SettingOf(_concern, _options), LastFailure ?? "no answer");
        }

        _watch = _sentinels is null ? Task.CompletedTask : WatchAsync();
    }

    public void Warm(RedisScript[] scripts)
    {
        _scripts.Add(scripts);
        if (IsAvailable)
        {
            _ = ReloadAsync();
        }
    }

    public void Succeeded() => _circuit.Succeeded();

    public void Failed(RedisOutcome outcome, string reason, long began)
    {
        if (_circuit.Failed(began))
        {
            LastFailure = reason;
            _toldAway = true;
            LogOpened(_concern, reason);
            Opened.Tell(this, _logger);
            _search = SearchAsync(mustWrite: outcome == RedisOutcome.Unwritable);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _search;
        await _watch;
        foreach (IAsyncDisposable? part in (IAsyncDisposable?[])[_connection, _sentinels])
        {
            await (part?.DisposeAsync() ?? default);
        }

        _stopping.Dispose();
    }

    /// <summary>Ends with the circuit closed, or when stopping. Never throws.</summary>
    private async Task SearchAsync(bool mustWrite)
    {
        for (int attempt = 0; !_stopping.IsCancellationRequested; attempt++)
        {
            // A first connect does not wait; a Redis that failed a moment ago gets a moment.
            if (attempt > 0 || _connection is not null)
            {
                await Task.Delay(Pause(attempt), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // The client keeps a server's first failure until a connection comes about: another, that it met later, may be what is wrong.
            bool anew = !_wasFound && attempt > 0 && attempt % AttemptsOfADial == 0;
            if (await FindsAsync(mustWrite, anew))
            {
                LastFailure = null;
                _reasons = [];
                _wasFound = true;
                _circuit.Close();
                LogFound(_toldAway ? LogLevel.Warning : LogLevel.Information, _concern);
                Restored.Tell(this, _logger);
                Closed.Tell(this, _logger);
                return;
            }

            TellReason();
        }
    }

    /// <summary>What a search finds may be more than what ended the last call: a password that was changed, a certificate. Each reason once.</summary>
    private void TellReason()
    {
        if (_toldAway && LastFailure is { } reason && _reasons.Count < MostReasons && !_reasons.Contains(reason))
        {
            _reasons = _reasons.Add(reason);
            LogStillAway(_concern, RedisConfiguration.SettingOf(_concern, _options), reason);
        }
    }

    /// <summary>0.1 s, 0.2 s, 0.4 s, then every 0.8 s, each ± half: cheap enough for Redis, and gateways do not come back as one.</summary>
    private static TimeSpan Pause(int attempt) =>
        TimeSpan.FromMilliseconds(100 * (1 << Math.Min(attempt, 3)) * (0.5 + Random.Shared.NextDouble()));

    private async Task<bool> FindsAsync(bool mustWrite, bool anew)
    {
        try
        {
            ConnectionMultiplexer connection = await ConnectedAsync(anew);
            await _probe.AskAsync(connection, mustWrite, _stopping.Token);
            await WithinAsync(_scripts.LoadAsync(connection));
            return true;
        }
#pragma warning disable CA1031 // Whatever goes wrong, the search must not end before Redis is found.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LastFailure = RedisFault.Describe(failure) + Hint(failure);
            return RedisFault.Of(failure) == RedisOutcome.Refused;
        }
    }

    /// <summary>A server that misses the gateway's certificate may end the connection before it has said so.</summary>
    private string Hint(Exception failure) =>
        _configuration.Ssl && !_wasFound && RedisFault.IsBroken(failure) ? "; where the server asks for a certificate, see ClientCertificate" : "";

    /// <summary>The connection to where the data is now: with Sentinels, a new one when the primary is a server that the old one does not know.</summary>
    private async Task<ConnectionMultiplexer> ConnectedAsync(bool anew = false)
    {
        ConnectionMultiplexer? before = anew ? null : _connection;
        if (_sentinels is null && before is not null)
        {
            return before;
        }

        ConfigurationOptions configuration = _sentinels is null ? _configuration : await _sentinels.LocateAsync(_configuration, anew, _stopping.Token);
        if (before?.GetEndPoints().Contains(configuration.EndPoints[0]) is true)
        {
            return before;
        }

        ConnectionMultiplexer connection = await RedisDial.ConnectAsync(configuration, _stopping.Token);
        connection.ConnectionFailed += (_, _) => Lost.Tell(this, _logger);
        connection.ConnectionRestored += (_, _) => _ = ReconnectedAsync();
        if (Interlocked.Exchange(ref _connection, connection) is { } replaced)
        {
            Lost.Tell(this, _logger);
            await replaced.DisposeAsync();
        }

        return connection;
    }

    /// <summary>A failover is noticed by the connections that Sentinels cut; what else moves the primary, by asking them now and then.</summary>
    private async Task WatchAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(WatchInterval, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ConnectionMultiplexer? before = _connection;
            if (IsAvailable && !ReferenceEquals(before, await TryFollowAsync()))
            {
                await ReconnectedAsync();
            }
        }
    }

    private async Task<ConnectionMultiplexer?> TryFollowAsync()
    {
        try
        {
            return await ConnectedAsync();
        }
        catch (Exception failure) when (RedisFault.Of(failure) is not null)
        {
            // Sentinels that are away leave everything as it is.
            return _connection;
        }
    }

    private async Task WithinAsync(Task call)
    {
        call.Forget();
        await call.WaitAsync(LoadPatience, _time, _stopping.Token);
    }

    /// <summary>A server that restarted knows no script; while the circuit is open the search does this before it closes it.</summary>
    private async Task ReconnectedAsync()
    {
        if (IsAvailable)
        {
            await TryFollowAsync();
            await ReloadAsync();
            Restored.Tell(this, _logger);
        }
    }

    private async Task ReloadAsync()
    {
        try
        {
            await WithinAsync(_scripts.LoadAsync(_connection!));
        }
        catch (Exception failure) when (RedisFault.Of(failure) is not null)
        {
            // A call that meets NOSCRIPT loads its script itself.
            LastFailure = RedisFault.Describe(failure);
        }
    }

    [LoggerMessage(100, LogLevel.Warning, "Redis for {Concern} fails ({Reason}): requests no longer wait for it; it is looked for in the background")]
    private partial void LogOpened(RedisConcern concern, string reason);

    [LoggerMessage(EventId = 101, Message = "Redis for {Concern} answers")]
    private partial void LogFound(LogLevel level, RedisConcern concern);

    [LoggerMessage(104, LogLevel.Information, "Redis for {Concern} ({Setting}) is looked for and not found: {Reason}")]
    private partial void LogStillAway(RedisConcern concern, string setting, string reason);

    [LoggerMessage(102, LogLevel.Warning, "Redis for {Concern} ({Setting}) does not answer at start ({Reason}): the gateway goes on without it; it is looked for in the background")]
    private partial void LogAwayAtStart(RedisConcern concern, string setting, string reason);
}
