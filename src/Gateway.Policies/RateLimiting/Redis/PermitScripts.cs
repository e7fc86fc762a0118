using Gateway.Policies.Redis;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>The scripts that count permits, with their arguments and answers.</summary>
internal static class PermitScripts
{
    public static readonly RedisScript Acquire = RedisScript.Embedded("acquire.lua");
    public static readonly RedisScript Refund = RedisScript.Embedded("refund.lua");

    private const int ArgumentsPerLimit = 5;
    private const int AnswersPerLimit = 5;
    private const long NeverRetry = -1;

    /// <summary>The arguments of acquire.lua; no copies: only looks.</summary>
    public static RedisValue[] AcquireArguments(ReadOnlySpan<PermitRequest> requests, int copies, TimeSpan ahead)
    {
        var values = new RedisValue[2 + (ArgumentsPerLimit * requests.Length)];
        values[0] = copies;
        values[1] = Microseconds(ahead);
        for (int i = 0, at = 2; i < requests.Length; i++)
        {
            values[at++] = (int)requests[i].Algorithm;
            values[at++] = requests[i].Limit;
            values[at++] = Microseconds(requests[i].Window);
            values[at++] = requests[i].Cost;
            values[at++] = requests[i].Burst;
        }

        return values;
    }

    /// <summary>The arguments of refund.lua.</summary>
    public static RedisValue[] RefundArguments(ReadOnlySpan<PermitRequest> requests, ReadOnlySpan<PermitDecision> granted, int copies)
    {
        var values = new RedisValue[3 * requests.Length];
        for (int i = 0; i < requests.Length; i++)
        {
            values[3 * i] = (int)requests[i].Algorithm;
            values[(3 * i) + 1] = granted[i].Receipt;
            values[(3 * i) + 2] = (long)requests[i].Cost * copies;
        }

        return values;
    }

    /// <summary>Reads what acquire.lua answered; false when it is no such answer, which is no decision.</summary>
    public static bool TryRead(RedisResult reply, Span<PermitDecision> decisions, out int granted)
    {
        granted = 0;
        if (reply.Resp2Type is not ResultType.Array || reply.Length != 1 + (decisions.Length * AnswersPerLimit) || !AreNumbers(reply))
        {
            return false;
        }

        granted = (int)reply[0];
        for (int i = 0, at = 1; i < decisions.Length; i++, at += AnswersPerLimit)
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

    private static bool AreNumbers(RedisResult reply)
    {
        for (int i = 0; i < reply.Length; i++)
        {
            if (reply[i].Resp2Type is not ResultType.Integer)
            {
                return false;
            }
        }

        return true;
    }

    private static long Microseconds(TimeSpan span) => (span.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
}
