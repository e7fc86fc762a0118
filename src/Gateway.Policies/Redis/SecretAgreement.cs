using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// Makes all gateways of one Redis hash identities alike: the first writes its secret, the others take it. Repeated, so that a
/// Redis that lost its memory gets the secret back from a gateway that still knows it.
/// </summary>
internal sealed class SecretAgreement(RedisLink redis, PartitionSecret secret)
{
    /// <summary>Longer than the longest window, so that gateways stopped meanwhile find their counters again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(40);

    private readonly RedisKey _key = redis.KeyPrefix + "secret";

    /// <exception cref="StoreUnavailableException">Redis is away, or holds something else under the key.</exception>
    public async Task AgreeAsync()
    {
        byte[]? agreed = await redis.CallAsync((Key: _key, Proposal: secret.Proposal), ProposeAsync, new WaitBudget { Limit = TimeSpan.FromSeconds(1) });
        if (agreed is not { Length: PartitionSecret.Length })
        {
            throw new StoreUnavailableException($"Redis holds no secret of {PartitionSecret.Length} bytes under {_key}: delete the key, and the gateways agree on a new one");
        }

        secret.Agree(agreed);
    }

    /// <summary>Takes the gateways' secret where they have one, and proposes none: for a look from outside.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async Task AdoptAsync()
    {
        byte[]? agreed = await redis.CallAsync(_key, static async (database, key) => (byte[]?)await database.StringGetAsync(key), new WaitBudget { Limit = TimeSpan.FromSeconds(1) });
        if (agreed is { Length: PartitionSecret.Length })
        {
            secret.Agree(agreed);
        }
    }

    private static async Task<byte[]?> ProposeAsync(IDatabaseAsync database, (RedisKey Key, byte[] Proposal) call)
    {
        await database.StringSetAsync(call.Key, call.Proposal, Kept, When.NotExists, CommandFlags.DemandMaster);
        await database.KeyExpireAsync(call.Key, Kept, CommandFlags.DemandMaster);
        return await database.StringGetAsync(call.Key, CommandFlags.DemandMaster);
    }
}
