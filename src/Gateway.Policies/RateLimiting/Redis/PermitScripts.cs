using Gateway.Policies.Redis;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>The scripts that count permits, with their arguments and answers.</summary>
internal static class PermitScripts
{
    /// <summary>
    /// One script, its text the same for every call, written as a file per algorithm. All but the first algorithm are inside a
    /// function, so that a call which does not need them does not make their functions.
    /// </summary>
    public static readonly RedisScript Acquire = RedisScript.Of(
        $$"""
        {{Text("acquire-clock.lua")}}
        {{Text("acquire-log.lua")}}
        local function other(algorithm)
        {{Text("acquire-state.lua")}}
        {{Text("acquire-cells.lua")}}
        {{Text("acquire-bucket.lua")}}
        {{Text("acquire-fixed.lua")}}
        {{Text("acquire-leases.lua")}}
          return ({ ['1'] = token_bucket, ['2'] = fixed_window, ['3'] = concurrency, ['4'] = sliding_cells })[algorithm]()
        end

        {{Text("acquire.lua")}}
        """);

    public static readonly RedisScript Refund = RedisScript.Embedded("refund.lua");
    public static readonly RedisScript Renew = RedisScript.Embedded("renew.lua");

    private const int SubWindows = 4;
    private const int ArgumentsPerLimit = 6;
    private const int AnswersPerLimit = 5;
    private const long NeverRetry = -1;

    /// <summary>The arguments of acquire.lua for one question; no copies: only looks.</summary>
    /// <param name="requests">The limits.</param>
    /// <param name="copies">How many requests.</param>
    /// <param name="ahead">Until when the permits may be used.</param>
    /// <param name="leases">Names the leases of <see cref="RateLimitAlgorithm.Concurrency"/>.</param>
    public static RedisValue[] AcquireArguments(ReadOnlySpan<PermitRequest> requests, int copies, TimeSpan ahead, RedisLeases leases)
    {
        var values = new RedisValue[3 + (ArgumentsPerLimit * requests.Length)];
        values[0] = requests.Length;
        values[1] = copies;
        values[2] = Microseconds.Of(ahead);
        for (int i = 0, at = 3; i < requests.Length; i++)
        {
            bool bucket = requests[i].Algorithm is RateLimitAlgorithm.TokenBucket;
            bool leased = requests[i].Algorithm is RateLimitAlgorithm.Concurrency;
            values[at++] = Algorithm(requests[i]);
            values[at++] = requests[i].Limit;
            values[at++] = requests[i].WindowMicroseconds;
            values[at++] = requests[i].Cost;
            values[at++] = bucket ? requests[i].Burst : 0;
            values[at++] = leased ? leases.NextName() : 0;
        }

        return values;
    }

    /// <summary>The arguments of refund.lua.</summary>
    public static RedisValue[] RefundArguments(ReadOnlySpan<PermitRequest> requests, ReadOnlySpan<PermitDecision> granted, int copies)
    {
        var values = new RedisValue[3 * requests.Length];
        for (int i = 0; i < requests.Length; i++)
        {
            values[3 * i] = Algorithm(requests[i]);
            values[(3 * i) + 1] = granted[i].Receipt;
            values[(3 * i) + 2] = (long)requests[i].Cost * copies;
        }

        return values;
    }

    /// <summary>The first error, where acquire.lua could decide no question at all: then it is Redis that failed. Null: it decided some.</summary>
    public static string? ErrorOf(RedisResult reply)
    {
        if (reply.Resp2Type is not ResultType.Array || reply.Length == 0)
        {
            return null;
        }

        for (int i = 0; i < reply.Length; i++)
        {
            if (ErrorAt(reply, i) is null)
            {
                return null;
            }
        }

        return ErrorAt(reply, 0);
    }

    /// <summary>Why acquire.lua could not decide the question whose answer begins here; null when it did.</summary>
    public static string? ErrorAt(RedisResult reply, int at) =>
        reply.Resp2Type is ResultType.Array && at < reply.Length && reply[at].Resp2Type is ResultType.Error ? reply[at].ToString() : null;

    /// <summary>Reads what acquire.lua answered to the question whose answer begins at <paramref name="at"/>; false when it is no such answer, which is no decision.</summary>
    public static bool TryRead(RedisResult reply, ref int at, Span<PermitDecision> decisions, out int granted)
    {
        granted = 0;
        int end = at + 1 + (decisions.Length * AnswersPerLimit);
        if (reply.Resp2Type is not ResultType.Array || reply.Length < end || !AreNumbers(reply, at, end))
        {
            return false;
        }

        granted = (int)reply[at++];
        for (int i = 0; i < decisions.Length; i++, at += AnswersPerLimit)
        {
            long retry = (long)reply[at + 3];
            decisions[i] = new PermitDecision(
                (long)reply[at] == 1 ? PermitOutcome.Admitted : PermitOutcome.Denied,
                (long)reply[at + 1],
                TimeSpan.FromMicroseconds((long)reply[at + 2]),
                retry == NeverRetry ? PermitDecision.Never : TimeSpan.FromMicroseconds(retry))
            {
                Receipt = (long)reply[at + 4],
            };
        }

        return true;
    }

    private static bool AreNumbers(RedisResult reply, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (reply[i].Resp2Type is not ResultType.Integer)
            {
                return false;
            }
        }

        return true;
    }

    private static string Text(string file) => RedisScript.Embedded(file).Text;

    private static int Algorithm(in PermitRequest request) => request.InSubWindows ? SubWindows : (int)request.Algorithm;
}
