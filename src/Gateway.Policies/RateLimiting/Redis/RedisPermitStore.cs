using System.Globalization;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// Counts in Redis, for all gateways together, by the server's clock: one script call per request, or one for several that come together
/// (<see cref="JoinedCalls"/>). Keys are
/// <c>{KeyPrefix}rl:1:{policy}:{hash}</c> (1 is the version of what they hold; a letter after it, the algorithm, where it is not the
/// sliding window); each lives as long as its window and a second.
/// </summary>
internal sealed class RedisPermitStore(RedisLink redis, PartitionSecret secret, RedisScript acquire, TimeProvider time, RoundTripMetrics? metrics = null) : IPermitStore, IDisposable
{
    /// <summary>Redis does nothing else while a script runs: at 3 µs each, 0.4 ms.</summary>
    private const int MostRefunds = 128;

    /// <summary>Index by algorithm. Gateways that run with different algorithms for a while do not spoil each other's counts.</summary>
    private readonly string[] _prefixes = [.. ((string[])["", "t", "f", "c"]).Select(letter => $"{redis.KeyPrefix}rl:1{letter}:")];
    private readonly RedisLeases _leases = new(redis, time);
    private readonly JoinedCalls _calls = new(redis, acquire, metrics, time);

    /// <summary>Permits of concurrency limits in use.</summary>
    internal RedisLeases Leases => _leases;

    /// <summary>Also false while the gateways have not agreed on a secret: each would count under keys of its own.</summary>
    public bool IsAvailable => redis.IsAvailable && secret.IsAgreed;

    public async ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait) =>
        await EvaluateAsync(requests, 1, TimeSpan.Zero, decisions, wait) == 1;

    public ValueTask<int> AcquireAsync(
        ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait) =>
        EvaluateAsync(requests, copies, ahead, decisions, wait);

    public async ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait) =>
        await EvaluateAsync(requests, 0, TimeSpan.Zero, decisions, wait) == 1;

    public async ValueTask RefundAsync(
        ReadOnlyMemory<PermitRequest> requests, ReadOnlyMemory<PermitDecision> granted, int copies, WaitBudget wait)
    {
        if (copies <= 0)
        {
            return;
        }

        RedisKey[] keys = Released(requests.Span, granted.Span);
        ThrowWhenUnavailable();
        if (IsOneSlot(keys))
        {
            await redis.EvaluateAsync(PermitScripts.Refund, keys, PermitScripts.RefundArguments(requests.Span, granted.Span, copies), wait);
            return;
        }

        var calls = new Task[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            calls[i] = RefundOneAsync(keys[i], requests.Span.Slice(i, 1), granted.Span.Slice(i, 1), copies, wait);
        }

        await Task.WhenAll(calls);
    }

    /// <summary>One call for many; on a Cluster, where their keys lie in different slots, one for each, side by side.</summary>
    public async ValueTask RefundAsync(IReadOnlyList<UnusedPermits> unused, WaitBudget wait)
    {
        ThrowWhenUnavailable();
        if (redis.IsCluster)
        {
            await Task.WhenAll(unused.Select(one => RefundAsync(one.Requests, one.Granted, one.Copies, wait).AsTask()));
            return;
        }

        foreach (UnusedPermits[] together in unused.Chunk(MostRefunds))
        {
            await redis.EvaluateAsync(
                PermitScripts.Refund,
                [.. together.SelectMany(one => Released(one.Requests, one.Granted))],
                [.. together.SelectMany(one => PermitScripts.RefundArguments(one.Requests, one.Granted, one.Copies))],
                wait);
        }
    }

    public ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait)
    {
        ThrowWhenUnavailable();
        RedisKey[] keys = [.. _prefixes.Select(prefix => Key(prefix, policy, partition))];
        return redis.CallAsync(keys, static (database, keys) => DeleteAsync(database, keys), wait);
    }

    public void Dispose() => _leases.Dispose();

    /// <summary>One by one: on a Cluster they lie in different slots.</summary>
    private static async Task<bool> DeleteAsync(IDatabaseAsync database, RedisKey[] keys)
    {
        bool[] known = await Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(key, CommandFlags.DemandMaster)));
        return known.Contains(true);
    }

    private async ValueTask<int> EvaluateAsync(
        ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        ThrowWhenUnavailable();
        RedisKey[] keys = Keys(requests.Span);
        int granted = IsOneSlot(keys)
            ? await AskAsync(keys, requests.Span, copies, ahead, decisions, wait)
            : await EachAsync(keys, requests, copies, ahead, decisions, wait);
        Hold(keys, requests.Span, decisions.Span, copies > 0 ? granted : 0);
        return granted;
    }

    private void Hold(RedisKey[] keys, ReadOnlySpan<PermitRequest> requests, ReadOnlySpan<PermitDecision> decisions, int granted)
    {
        for (int i = 0; granted > 0 && i < keys.Length; i++)
        {
            if (requests[i].Algorithm is RateLimitAlgorithm.Concurrency)
            {
                _leases.Hold(keys[i]!, decisions[i].Receipt, (long)granted * requests[i].Cost, requests[i].Window);
            }
        }
    }

    /// <summary>
    /// A Cluster runs no script over several slots, so each limit is asked by itself, all at once, and those that granted more than
    /// the least get it back. In between others may be denied who would have passed; never do too many pass.
    /// </summary>
    private async ValueTask<int> EachAsync(
        RedisKey[] keys, ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        var calls = new Task<int>[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            calls[i] = AskAsync([keys[i]], requests.Span.Slice(i, 1), copies, ahead, decisions.Slice(i, 1), wait).AsTask();
        }

        int[] granted = await Task.WhenAll(calls);
        int least = granted.Min();
        if (copies > 0)
        {
            await HandBackAsync(keys, requests, granted, least, decisions, wait);
        }

        return least;
    }

    private async Task HandBackAsync(
        RedisKey[] keys, ReadOnlyMemory<PermitRequest> requests, int[] granted, int least, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        var calls = new List<Task>();
        for (int i = 0; i < keys.Length; i++)
        {
            if (granted[i] > least)
            {
                calls.Add(RefundOneAsync(keys[i], requests.Span.Slice(i, 1), decisions.Span.Slice(i, 1), granted[i] - least, wait));
                decisions.Span[i] = HandedBack(decisions.Span[i], requests.Span[i], granted[i] - least, least);
            }
        }

        await Task.WhenAll(calls);
    }

    /// <summary>What the limit would have answered had it granted so many fewer.</summary>
    private static PermitDecision HandedBack(in PermitDecision decision, in PermitRequest request, int fewer, int kept)
    {
        long remaining = decision.Remaining + ((long)fewer * request.Cost);
        return new PermitDecision(PermitOutcome.Admitted, remaining, remaining >= request.Capacity ? TimeSpan.Zero : decision.ResetAfter, TimeSpan.Zero)
        {
            Receipt = kept > 0 ? decision.Receipt : 0,
        };
    }

    private Task<RedisResult> RefundOneAsync(RedisKey key, ReadOnlySpan<PermitRequest> request, ReadOnlySpan<PermitDecision> granted, int copies, WaitBudget wait) =>
        redis.EvaluateAsync(PermitScripts.Refund, [key], PermitScripts.RefundArguments(request, granted, copies), wait).AsTask();

    private RedisKey[] Keys(ReadOnlySpan<PermitRequest> requests)
    {
        var keys = new RedisKey[requests.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = Key(_prefixes[(int)requests[i].Algorithm], requests[i].Policy, requests[i].Partition);
        }

        return keys;
    }

    /// <summary>The keys of what is handed back; of concurrency limits nothing is renewed any more.</summary>
    private RedisKey[] Released(ReadOnlySpan<PermitRequest> requests, ReadOnlySpan<PermitDecision> granted)
    {
        RedisKey[] keys = Keys(requests);
        for (int i = 0; i < keys.Length; i++)
        {
            _leases.Release(keys[i]!, granted[i].Receipt);
        }

        return keys;
    }

    private static RedisKey Key(string prefix, string policy, UInt128 partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{policy}:{partition:x32}");

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

    private ValueTask<int> AskAsync(
        RedisKey[] keys, ReadOnlySpan<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait) =>
        _calls.AskAsync(keys, PermitScripts.AcquireArguments(requests, copies, ahead, _leases), decisions, wait);

    private void ThrowWhenUnavailable()
    {
        if (!IsAvailable)
        {
            throw new StoreUnavailableException(redis.IsAvailable ? "the gateways have not agreed on a secret yet" : "Redis is away");
        }
    }
}
