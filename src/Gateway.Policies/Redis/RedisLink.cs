using Gateway.Policies.Routing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// The connection for one concern: every call has the request's deadline, repeated failures open a circuit, and Redis is looked
/// for in the background. Anything but an answer is a <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class RedisLink : IAsyncDisposable
{
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _time;
    private readonly RedisMetrics _metrics;
    private readonly ILogger _logger;
    private readonly RedisLookout _lookout;

    internal RedisLink(RedisConcern concern, ConfigurationOptions configuration, RedisOptions options, TimeProvider time, RedisMetrics metrics, ILogger logger)
    {
        _deadline = options.Deadline;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _lookout = new RedisLookout(concern, configuration, options, time, logger);
        Concern = concern;
        KeyPrefix = options.KeyPrefix;
    }

    /// <summary>
    /// Redis answers: for the first time, again after the circuit was open, or after a broken connection came back. What depends on
    /// what other gateways wrote or said is read anew now. Raised in the background; the scripts are loaded before.
    /// </summary>
    public event EventHandler? Restored
    {
        add => _lookout.Restored += value;
        remove => _lookout.Restored -= value;
    }

    /// <summary>The circuit opened: <see cref="LastFailure"/> says why. Raised on a request's path: listeners return at once.</summary>
    public event EventHandler? Opened
    {
        add => _lookout.Opened += value;
        remove => _lookout.Opened -= value;
    }

    /// <summary>The circuit closed, for the first time or again.</summary>
    public event EventHandler? Closed
    {
        add => _lookout.Closed += value;
        remove => _lookout.Closed -= value;
    }

    public RedisConcern Concern { get; }

    /// <summary>Precedes every key the gateway writes, but the sessions'.</summary>
    public string KeyPrefix { get; }

    /// <summary><c>Gateway:Redis:Deadline</c>: how long one request waits on Redis at most, all its calls together.</summary>
    public TimeSpan Deadline => _deadline;

    /// <summary>False while the circuit is open or nothing was ever connected: a call would fail at once.</summary>
    public bool IsAvailable => _lookout.IsAvailable;

    /// <summary>True while Redis is available and has every script of <see cref="Warm"/>.</summary>
    public bool IsWarm => _lookout.IsWarm;

    /// <summary>Why Redis was not found when last looked for, for the status page; holds no key and no credential. Null: it was found.</summary>
    public string? LastFailure => _lookout.LastFailure;

    /// <summary>The connection, for what is not on a request's path: subscriptions, INFO, SCAN. Null until the first connect.</summary>
    public IConnectionMultiplexer? Connection => _lookout.Connection;

    /// <summary>Keys lie in slots, and a script reads those of one only.</summary>
    internal bool IsCluster => _lookout.Connection?.HashSlot("any") >= 0;

    /// <summary>A connection broke. For <see cref="RedisSubscription"/>.</summary>
    internal event EventHandler? Lost
    {
        add => _lookout.Lost += value;
        remove => _lookout.Lost -= value;
    }

    /// <summary>Connects; a Redis that is away is not an error: after 2 s this returns and the search goes on in the background.</summary>
    public Task StartAsync() => _lookout.StartAsync();

    /// <summary>Names scripts that will be called, so that they are loaded on every connect before the first call. Any time, before <see cref="StartAsync"/> at best.</summary>
    public void Warm(params RedisScript[] scripts) => _lookout.Warm(scripts);

    /// <summary>Listens to a channel for as long as the result lives, across reconnects.</summary>
    /// <param name="channel">Without the key prefix, which is put before it.</param>
    /// <param name="received">Called in the order of arrival; returns soon and does not throw.</param>
    /// <param name="lost">From now on messages may be missed. Called once for each loss, on whatever thread noticed it; returns soon.</param>
    /// <param name="restored">From now on every message is heard, for the first time or again; it may come before this method returns. What was said before is to be read from where it is kept.</param>
    public RedisSubscription Subscribe(string channel, Action<RedisValue> received, Action? lost = null, Action? restored = null) =>
        new(this, KeyPrefix + channel, received, lost, restored, _time, _logger);

    /// <summary>Runs one command within what is left of the request's deadline.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away, slow, or answered with an error; its text holds no key and no credential.</exception>
    public async ValueTask<T> CallAsync<TState, T>(TState state, Func<IDatabaseAsync, TState, Task<T>> call, WaitBudget wait)
    {
        if (!IsAvailable)
        {
            _metrics.NotBegun(Concern, RedisOutcome.Skipped);
            throw new StoreUnavailableException($"Redis for {Concern} is away ({LastFailure ?? "not connected yet"})");
        }

        long began = _time.GetTimestamp();
        TimeSpan left = wait.Begin(_deadline, _time);
        Task<T>? answering = null;
        try
        {
            ThrowIfSpent(left);
            answering = call(_lookout.Connection!.GetDatabase(), state);
            T answer;
            try
            {
                answer = await answering.WaitAsync(left, _time);
            }
            catch (TimeoutException) when (wait.Excuse(_deadline, _time) is { } more)
            {
                answer = await answering.WaitAsync(more, _time);
            }

            _lookout.Succeeded();
            _metrics.Ended(Concern, RedisOutcome.Answered, _time.GetElapsedTime(began));
            return answer;
        }
        catch (Exception failure) when (RedisFault.Of(failure) is { } outcome)
        {
            answering?.Forget();
            _metrics.Ended(Concern, outcome, _time.GetElapsedTime(began));
            throw Count(outcome, failure, began, left);
        }
        finally
        {
            wait.End(_time);
        }
    }

    /// <summary>Waits for a call that several requests share, within what is left of this request's deadline. The call itself goes on.</summary>
    /// <exception cref="StoreUnavailableException">The time is spent, or the call threw it.</exception>
    public async ValueTask<T> JoinAsync<T>(Task<T> shared, WaitBudget wait)
    {
        TimeSpan left = wait.Begin(_deadline, _time);
        try
        {
            ThrowIfSpent(left);
            try
            {
                return await shared.WaitAsync(left, _time);
            }
            catch (TimeoutException) when (wait.Excuse(_deadline, _time) is { } more)
            {
                return await shared.WaitAsync(more, _time);
            }
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException($"Redis for {Concern} gave no answer in time");
        }
        finally
        {
            if (!shared.IsCompleted)
            {
                // It goes on, for others or for nobody.
                shared.Forget();
            }

            wait.End(_time);
        }
    }

    /// <summary>Runs a script by its SHA-1; once more by its text when Redis does not know it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="values">Its arguments.</param>
    /// <param name="wait">The request's time.</param>
    /// <param name="errorOf">For a script that catches errors and answers them: the error that its whole answer is, if it is one.</param>
    /// <exception cref="StoreUnavailableException">Redis is away, slow, or answered with an error.</exception>
    public ValueTask<RedisResult> EvaluateAsync(
        RedisScript script, RedisKey[] keys, RedisValue[] values, WaitBudget wait, Func<RedisResult, string?>? errorOf = null) =>
        CallAsync(
            (script, keys, values, errorOf),
            static (database, call) => call.errorOf is null
                ? EvaluateAsync(database, call.script, call.keys, call.values)
                : CheckAsync(EvaluateAsync(database, call.script, call.keys, call.values), call.errorOf),
            wait);

    /// <summary>For an error inside an answer that is none as a whole: gives what to throw.</summary>
    public StoreUnavailableException Refused(string error) =>
        new($"Redis for {Concern} gave no answer ({RedisFault.Describe(new RedisServerException(error))})");

    /// <summary>For an answer that came but is not one: counts it, and gives what to throw. Never guess a decision from such an answer.</summary>
    /// <param name="what">What was expected, for example <c>acquire.lua did not answer a list of numbers</c>; no key, no value.</param>
    public StoreUnavailableException Malformed(string what)
    {
        _metrics.NotBegun(Concern, RedisOutcome.Malformed);
        return new StoreUnavailableException(what);
    }

    public ValueTask DisposeAsync() => _lookout.DisposeAsync();

    private void ThrowIfSpent(TimeSpan left)
    {
        if (left < WaitBudget.Shortest)
        {
            _metrics.NotBegun(Concern, RedisOutcome.Spent);
            throw new StoreUnavailableException($"Redis for {Concern} was not asked: earlier calls of this request used up Gateway:Redis:Deadline");
        }
    }

    private StoreUnavailableException Count(RedisOutcome outcome, Exception failure, long began, TimeSpan left)
    {
        string reason = RedisFault.Describe(failure);
        if (!RedisFault.OpensCircuit(outcome))
        {
            _lookout.Succeeded();
        }
        else if (outcome != RedisOutcome.Slow || left * 2 >= _deadline)
        {
            // A call that got only the rest of a deadline was abandoned too soon to say that Redis is slow.
            _lookout.Failed(outcome, reason, began);
        }

        return new StoreUnavailableException($"Redis for {Concern} gave no answer ({reason})");
    }

    private static async Task<RedisResult> CheckAsync(Task<RedisResult> answering, Func<RedisResult, string?> errorOf)
    {
        RedisResult answer = await answering;
        return errorOf(answer) is { } error ? throw new RedisServerException(error) : answer;
    }

    private static async Task<RedisResult> EvaluateAsync(IDatabaseAsync database, RedisScript script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script.Sha1, keys, values, CommandFlags.DemandMaster);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Nothing ran. EVAL runs the text and keeps it, so that the next call's SHA-1 is known.
            return await database.ScriptEvaluateAsync(script.Text, keys, values, CommandFlags.DemandMaster | CommandFlags.NoScriptCache);
        }
    }
}
