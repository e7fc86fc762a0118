using System.Globalization;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// Counts in Redis, for all gateways together: one script call per request, by the server's clock. Keys are
/// <c>{KeyPrefix}rl:1:{policy}:{hash}</c> (1 is the version of what they hold); each lives as long as its window and a second.
/// </summary>
internal sealed class RedisPermitStore(RedisLink redis, PartitionSecret secret, RedisScript acquire) : IPermitStore
{
    /// <summary>The script this store runs; a test may run the same text with a clock of its own.</summary>
    internal static readonly RedisScript Acquire = RedisScript.Embedded("acquire.lua");

    private const int MarginMilliseconds = 1000;
    private const int AnswersPerLimit = 4;
    private readonly string _prefix = redis.KeyPrefix + "rl:1:";

    /// <summary>Also false while the gateways have not agreed on a secret: each would count under keys of its own.</summary>
    public bool IsAvailable => redis.IsAvailable && secret.IsAgreed;

    public ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait) =>
        EvaluateAsync(take: true, requests, decisions, wait);

    public ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait) =>
        EvaluateAsync(take: false, requests, decisions, wait);

    public ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait)
    {
        ThrowWhenUnavailable();
        return redis.CallAsync(Key(policy, partition), static (database, key) => database.KeyDeleteAsync(key, CommandFlags.DemandMaster), wait);
    }

    private async ValueTask<bool> EvaluateAsync(
        bool take, ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        ThrowWhenUnavailable();
        RedisKey[] keys = Keys(requests.Span);
        if (IsOneSlot(keys))
        {
            return Read(await redis.EvaluateAsync(acquire, keys, Arguments(take, requests.Span), wait), requests.Length, decisions.Span);
        }

        // A Cluster runs no script over several slots. Asking first and taking after keeps the promise that a denied request costs
        // nothing, but for a race with other requests: then permits of some limits are taken in vain, never too many admitted.
        bool admitted = await EachAsync(take: false, keys, requests, decisions, wait);
        return admitted && take ? await EachAsync(take: true, keys, requests, decisions, wait) : admitted;
    }

    private async ValueTask<bool> EachAsync(
        bool take, RedisKey[] keys, ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        var calls = new Task<RedisResult>[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            calls[i] = redis.EvaluateAsync(acquire, [keys[i]], Arguments(take, requests.Span.Slice(i, 1)), wait).AsTask();
        }

        RedisResult[] answers = await Task.WhenAll(calls);
        bool admitted = true;
        for (int i = 0; i < answers.Length; i++)
        {
            admitted &= Read(answers[i], 1, decisions.Span.Slice(i, 1));
        }

        return admitted;
    }

    private RedisKey[] Keys(ReadOnlySpan<PermitRequest> requests)
    {
        var keys = new RedisKey[requests.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = Key(requests[i].Policy, requests[i].Partition);
        }

        return keys;
    }

    private RedisKey Key(string policy, UInt128 partition) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{policy}:{partition:x32}");

    /// <summary>Always true but on a Cluster.</summary>
    private bool IsOneSlot(RedisKey[] keys)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            if (redis.Connection!.HashSlot(keys[i]) != redis.Connection.HashSlot(keys[0]))
            {
                return false;
            }
        }

        return true;
    }

    private static RedisValue[] Arguments(bool take, ReadOnlySpan<PermitRequest> requests)
    {
        var values = new RedisValue[1 + (3 * requests.Length)];
        values[0] = take ? 1 : 0;
        for (int i = 0; i < requests.Length; i++)
        {
            values[(3 * i) + 1] = requests[i].Limit;
            values[(3 * i) + 2] = (requests[i].Window.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
            values[(3 * i) + 3] = (requests[i].Window.Ticks / TimeSpan.TicksPerMillisecond) + MarginMilliseconds;
        }

        return values;
    }

    /// <exception cref="StoreUnavailableException">The reply has another shape than the script's: it is no decision.</exception>
    private bool Read(RedisResult reply, int limits, Span<PermitDecision> decisions)
    {
        if (reply.Resp2Type is not ResultType.Array || reply.Length != limits * AnswersPerLimit)
        {
            throw redis.Malformed("acquire.lua did not answer four numbers for each limit");
        }

        bool admitted = true;
        for (int i = 0; i < limits; i++)
        {
            decisions[i] = new PermitDecision(
                Number(reply, (4 * i) + 0) == 1 ? PermitOutcome.Admitted : PermitOutcome.Denied,
                Number(reply, (4 * i) + 1),
                TimeSpan.FromMicroseconds(Number(reply, (4 * i) + 2)),
                TimeSpan.FromMicroseconds(Number(reply, (4 * i) + 3)));
            admitted &= decisions[i].Outcome is PermitOutcome.Admitted;
        }

        return admitted;
    }

    private long Number(RedisResult reply, int index) =>
        reply[index].Resp2Type is ResultType.Integer
            ? (long)reply[index]
            : throw redis.Malformed("acquire.lua did not answer numbers");

    private void ThrowWhenUnavailable()
    {
        if (!IsAvailable)
        {
            throw new StoreUnavailableException(redis.IsAvailable ? "the gateways have not agreed on a secret yet" : "Redis is away");
        }
    }
}
