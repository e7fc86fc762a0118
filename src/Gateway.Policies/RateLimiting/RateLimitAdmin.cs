using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>Shows and resets what a partition has used, for operators. Partitions are written as people know them (<c>203.0.113.7</c>).</summary>
public sealed class RateLimitAdmin(IPermitStore store, PartitionSecret secret)
{
    /// <summary>What <paramref name="partition"/> has used; null when the text names no partition of the policy.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<PartitionUsage?> GetAsync(RateLimitPolicy policy, string partition)
    {
        if (!PartitionText.TryParse(policy, partition, out PartitionValue[]? values))
        {
            return null;
        }

        var decisions = new PermitDecision[1];
        UInt128 key = PartitionKey.Of(policy.Name, values, secret);
        await store.PeekAsync(new[] { new PermitRequest(policy.Name, key, policy.Limit, policy.Window) }, decisions, new WaitBudget());
        return new PartitionUsage(policy.Limit, decisions[0].Remaining, decisions[0].ResetAfter, decisions[0].RetryAfter);
    }

    /// <summary>Gives <paramref name="partition"/> all its permits back; null when the text names no partition of the policy, false when it had used none.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<bool?> ResetAsync(RateLimitPolicy policy, string partition) =>
        PartitionText.TryParse(policy, partition, out PartitionValue[]? values)
            ? await store.ResetAsync(policy.Name, PartitionKey.Of(policy.Name, values, secret), new WaitBudget())
            : null;
}
