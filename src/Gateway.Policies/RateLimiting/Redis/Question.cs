using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>A question that waits to be put to Redis with others; its answer is how many requests passed.</summary>
internal sealed class Question(
    RedisKey[] keys, RedisValue[] values, Memory<PermitDecision> decisions, TimeSpan patience, long now, WaitBudget wait, TimeProvider time)
    : Waiter<int>(decisions, patience, now, wait, time)
{
    public RedisKey[] Keys { get; } = keys;

    /// <summary>As acquire.lua reads one question.</summary>
    public RedisValue[] Values { get; } = values;
}
