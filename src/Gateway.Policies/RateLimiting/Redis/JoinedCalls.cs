using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// Puts questions to acquire.lua. While enough calls are in flight, those who come wait, whatever partitions they ask for, and the next
/// call takes all of them along: under load a call's price, on the way and in Redis, is shared by many. Without load nobody waits.
/// </summary>
internal sealed class JoinedCalls
{
    /// <summary>Redis does nothing else while a script runs: at 24 µs a question (docs/scaling.md), 1.5 ms.</summary>
    private const int MostAtOnce = 64;

    /// <summary>One that Redis works on and one that is under way.</summary>
    private const int MostInFlight = 2;

    private readonly RedisLink _redis;
    private readonly RedisScript _acquire;
    private readonly RoundTripMetrics? _metrics;
    private readonly TimeProvider _time;
    private readonly TickClock _clock;
    private readonly WaitExpiry _expiry;
    private readonly Lock _gate = new();
    private readonly Queue<Question> _waiting = new();
    private int _inFlight;

    public JoinedCalls(RedisLink redis, RedisScript acquire, RoundTripMetrics? metrics, TimeProvider time)
    {
        _redis = redis;
        _acquire = acquire;
        _metrics = metrics;
        _time = time;
        _clock = new TickClock(time);
        _expiry = new WaitExpiry(redis.Deadline, time, _clock);
    }

    /// <summary>How many of the requests passed; the decisions are written.</summary>
    /// <param name="keys">Of the question's limits, all in one slot.</param>
    /// <param name="values">As acquire.lua reads one question.</param>
    /// <param name="decisions">Where the decisions are written.</param>
    /// <param name="wait">The time of the request that asks.</param>
    /// <exception cref="StoreUnavailableException">Redis is away, slow, or answered with an error.</exception>
    public ValueTask<int> AskAsync(RedisKey[] keys, RedisValue[] values, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        // On a Cluster a script reads the keys of one slot only.
        if (_redis.IsCluster)
        {
            return CallAsync(keys, values, decisions, wait);
        }

        Question? question = null;
        lock (_gate)
        {
            if (_inFlight < MostInFlight)
            {
                _inFlight++;
            }
            else if (wait.Begin(_redis.Deadline, _time) is var left && left >= WaitBudget.Shortest)
            {
                question = new Question(keys, values, decisions, left, _clock.Now(), wait, _time);
                _waiting.Enqueue(question);
            }
            else
            {
                wait.End(_time);
                throw new StoreUnavailableException("earlier calls of this request used up Gateway:Redis:Deadline");
            }
        }

        if (question is null)
        {
            return LeadAsync(keys, values, decisions, wait);
        }

        _expiry.Watch(question);
        return question.Answer;
    }

    private async ValueTask<int> LeadAsync(RedisKey[] keys, RedisValue[] values, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        try
        {
            return await CallAsync(keys, values, decisions, wait);
        }
        finally
        {
            _ = GoOnAsync();
        }
    }

    /// <summary>A call with one question.</summary>
    private async ValueTask<int> CallAsync(RedisKey[] keys, RedisValue[] values, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        RedisResult reply = await _redis.EvaluateAsync(_acquire, keys, [1, .. values], wait, PermitScripts.ErrorOf);
        int at = 0;
        return PermitScripts.TryRead(reply, ref at, decisions.Span, out int granted) && at == reply.Length ? granted : throw Malformed();
    }

    /// <summary>A call has ended: the next takes along those who wait by now, and so on until nobody does.</summary>
    private async Task GoOnAsync()
    {
        var questions = new Waiters<Question, int>();
        while (TryGather(questions))
        {
            _metrics?.SavedByJoining(questions.Count - 1);
            try
            {
                RedisResult reply = await _redis.EvaluateAsync(
                    _acquire, [.. questions.SelectMany(question => question.Keys)], Arguments(questions), new WaitBudget { Limit = questions.Left(_clock.Now()) }, PermitScripts.ErrorOf);
                Answer(questions, reply);
            }
#pragma warning disable CA1031 // Whatever went wrong is told to those who wait; others come.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                questions.Fail(failure);
            }

            questions.Release();
        }
    }

    private bool TryGather(Waiters<Question, int> questions)
    {
        lock (_gate)
        {
            while (questions.Count < MostAtOnce && _waiting.TryDequeue(out Question? question))
            {
                if (!question.IsGone)
                {
                    questions.Add(question);
                }
            }

            _inFlight -= questions.Count == 0 ? 1 : 0;
            return questions.Count > 0;
        }
    }

    private static RedisValue[] Arguments(Waiters<Question, int> questions)
    {
        var values = new RedisValue[1 + questions.Sum(question => question.Values.Length)];
        values[0] = questions.Count;
        int at = 1;
        foreach (Question question in questions)
        {
            question.Values.CopyTo(values, at);
            at += question.Values.Length;
        }

        return values;
    }

    private void Answer(Waiters<Question, int> questions, RedisResult reply)
    {
        int at = 0;
        foreach (Question question in questions)
        {
            if (PermitScripts.ErrorAt(reply, at) is { } error)
            {
                at++;
                question.Fail(_redis.Refused(error));
                continue;
            }

            // Read before the question counts as answered: one without a readable answer is still to be failed.
            var decisions = new PermitDecision[question.Keys.Length];
            if (!PermitScripts.TryRead(reply, ref at, decisions, out int granted))
            {
                throw Malformed();
            }

            if (question.TryAnswer())
            {
                decisions.CopyTo(question.Decisions);
                question.SetResult(granted);
            }
        }
    }

    /// <summary>The reply has another shape than the script's: it is no decision.</summary>
    private StoreUnavailableException Malformed() => _redis.Malformed("acquire.lua did not answer a count and five numbers for each limit");
}
