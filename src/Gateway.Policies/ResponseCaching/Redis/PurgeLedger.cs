using System.Globalization;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>The purges as Redis keeps them: one hash, each with its number. Throws <see cref="StoreUnavailableException"/>.</summary>
internal sealed class PurgeLedger(RedisLink redis, PurgeEpochs epochs, RedisClock clock)
{
    private const int MaxPurges = 10_000;
    private static readonly RedisScript Announce = RedisScript.Embedded("cache-purge.lua");

    /// <summary>The channel on which purges are told, without the key prefix.</summary>
    public const string Channel = "c:purge";

    private RedisKey Purges => redis.KeyPrefix + "c:purges";

    public void Warm() => redis.Warm(Announce);

    /// <summary>Numbers a purge, keeps it and tells it.</summary>
    public async ValueTask<long> AddAsync(PurgeNotice notice, WaitBudget wait)
    {
        long number = await NumberAsync(notice.ToString(), wait);
        epochs.Advance(number);
        return number;
    }

    /// <summary>The number of the latest purge. A ledger that was lost is begun anew, with a purge of everything.</summary>
    public ValueTask<long> LatestAsync(WaitBudget wait) => NumberAsync("", wait);

    /// <summary>Every purge that is kept; the latest number is under <c>now</c>.</summary>
    public async ValueTask<HashEntry[]> AllAsync(WaitBudget wait) =>
        await redis.CallAsync(Purges, static (database, key) => database.HashGetAllAsync(key, CommandFlags.DemandMaster), wait);

    private async ValueTask<long> NumberAsync(string notice, WaitBudget wait)
    {
        long asked = clock.Local;
        RedisResult answer = await redis.EvaluateAsync(Announce, [Purges], [epochs.Now, notice, redis.KeyPrefix + Channel, MaxPurges], wait);
        if ((string?[]?)answer is not [{ } number, { } said] || !long.TryParse(number, CultureInfo.InvariantCulture, out long epoch)
            || !long.TryParse(said, CultureInfo.InvariantCulture, out long micros))
        {
            throw redis.Malformed("cache-purge.lua did not answer two numbers");
        }

        clock.Set(asked, micros);
        return epoch;
    }
}
