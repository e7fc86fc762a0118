using Gateway.Policies.Routing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// The connection for one concern: every call has the request's deadline, repeated failures open a circuit, and Redis is looked
/// for in the background. Anything but an answer is a <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed partial class RedisLink : IAsyncDisposable
{
    private readonly RedisConcern _concern;
    private readonly ConfigurationOptions _configuration;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisLink> _logger;
    private readonly RedisCircuit _circuit = new();
    private readonly CancellationTokenSource _stopping = new();
    private ConnectionMultiplexer? _connection;

    public RedisLink(RedisConcern concern, ConfigurationOptions configuration, RedisOptions options, TimeProvider time, ILogger<RedisLink> logger)
    {
        _concern = concern;
        _configuration = configuration;
        _deadline = options.Deadline;
        _time = time;
        _logger = logger;
        KeyPrefix = options.KeyPrefix;
    }

    /// <summary>Precedes every key the gateway writes, but the sessions'.</summary>
    public string KeyPrefix { get; }

    /// <summary>False while the circuit is open or nothing was ever connected: a call would fail at once.</summary>
    public bool IsAvailable => _connection is not null && !_circuit.IsOpen;

    /// <summary>The connection, for what is not on a request's path: subscriptions, INFO, SCAN. Null until the first connect.</summary>
    public IConnectionMultiplexer? Connection => _connection;

    /// <summary>Connects; a Redis that is away is not an error, it is looked for in the background.</summary>
    public async Task StartAsync()
    {
        _connection = await ConnectionMultiplexer.ConnectAsync(_configuration);
    }

    /// <summary>Runs one command within what is left of the request's deadline.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away, slow, or answered with an error.</exception>
    public async ValueTask<T> CallAsync<TState, T>(TState state, Func<IDatabaseAsync, TState, Task<T>> call, WaitBudget wait)
    {
        if (!IsAvailable)
        {
            throw new StoreUnavailableException("Redis is away");
        }

        TimeSpan left = wait.Begin(_deadline, _time);
        try
        {
            if (left <= TimeSpan.Zero)
            {
                throw new StoreUnavailableException("the deadline for Redis is spent");
            }

            T answer = await call(_connection!.GetDatabase(), state).WaitAsync(left, _time);
            _circuit.Succeeded();
            return answer;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (_circuit.Failed())
            {
                LogOpened(_concern, failure.GetType().Name);
                _ = ProbeAsync();
            }

            throw new StoreUnavailableException("Redis did not answer", failure);
        }
        finally
        {
            wait.End(_time);
        }
    }

    /// <summary>Runs a script by its SHA-1; loads it and runs it once more when Redis does not know it.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away, slow, or answered with an error.</exception>
    public ValueTask<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] values, WaitBudget wait) =>
        CallAsync((script, keys, values), static (database, call) => EvaluateAsync(database, call.script, call.keys, call.values), wait);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private static async Task<RedisResult> EvaluateAsync(IDatabaseAsync database, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Sha1, keys, values, CommandFlags.DemandMaster);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script.Text, keys, values, CommandFlags.DemandMaster);
        }
    }

    private async Task ProbeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(250, 750)), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await _connection!.GetDatabase().PingAsync().WaitAsync(TimeSpan.FromSeconds(1), _time, _stopping.Token);
                _circuit.Close();
                LogClosed(_concern);
                return;
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                // Still away: the next probe looks again.
            }
        }
    }

    [LoggerMessage(100, LogLevel.Warning, "Redis for {Concern} does not answer ({Failure}): requests no longer wait for it; it is looked for in the background")]
    private partial void LogOpened(RedisConcern concern, string failure);

    [LoggerMessage(101, LogLevel.Warning, "Redis for {Concern} answers again")]
    private partial void LogClosed(RedisConcern concern);
}
