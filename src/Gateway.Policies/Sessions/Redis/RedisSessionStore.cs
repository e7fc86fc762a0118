using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.Sessions.Redis;

/// <summary>
/// Session records as strings at the user's own keys, which any other application may write. An owner's list stands under the gateway's
/// prefix and names the sessions this gateway created; it ends with the last of them.
/// </summary>
internal sealed class RedisSessionStore : ISessionStore
{
    private static readonly RedisScript ListScript = RedisScript.Embedded("session-list.lua");
    private static readonly RedisScript WriteHashScript = RedisScript.Embedded("session-write-hash.lua");
    private static readonly RedisScript RewriteScript = RedisScript.Embedded("session-rewrite.lua");

    private readonly RedisLink _redis;

    public RedisSessionStore(RedisLink redis)
    {
        _redis = redis;
        redis.Warm(ListScript, WriteHashScript, RewriteScript);
    }

    public bool IsShared => true;

    public ValueTask<SessionRead> ReadAsync(string key, WaitBudget wait, SessionFormat format = SessionFormat.Json) => format is SessionFormat.Hash
        ? _redis.CallAsync(key, static (database, key) => ReadHashAsync(database, key), wait)
        : _redis.CallAsync(key, static (database, key) => ReadAsync(database, key), wait);

    /// <remarks>
    /// A Redis that answers reads but takes no writes (a replica, a full disk) still serves sessions: an extension it refuses must not
    /// open the circuit that the reads go through.
    /// </remarks>
    public async ValueTask ExtendAsync(string key, TimeSpan timeToLive, WaitBudget wait)
    {
        if (!await _redis.CallAsync((key, timeToLive), static (database, call) => ExtendAsync(database, call.key, call.timeToLive), wait))
        {
            throw new StoreUnavailableException("Redis takes no writes");
        }
    }

    // Listed first: a session that is listed but was never written is skipped, one that is written but not listed could not be
    // revoked with its owner's others.
    public async ValueTask<bool> CreateAsync(NewSession session, WaitBudget wait)
    {
        await EnlistAsync(session, wait);
        if (session.Format is SessionFormat.Hash)
        {
            return await WriteHashAsync(session, mustExist: false, HashRecord.Of(session.Record.Span), wait);
        }

        return await _redis.CallAsync(
            session,
            static (database, session) => database.StringSetAsync(session.Key, session.Record, session.TimeToLive, when: When.NotExists),
            wait);
    }

    public ValueTask<bool> DeleteAsync(string key, WaitBudget wait) =>
        _redis.CallAsync(key, static (database, key) => database.KeyDeleteAsync(key), wait);

    public async ValueTask<IReadOnlyList<string>> ListAsync(string owner, WaitBudget wait)
    {
        RedisValue[] keys = await _redis.CallAsync(ListKey(owner), static (database, list) => database.SortedSetRangeByRankAsync(list), wait);
        return Array.ConvertAll(keys, key => (string)key!);
    }

    public async ValueTask<int> DeleteAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait)
    {
        // One DEL per key: on a Cluster they stand in different slots.
        bool[] removed = await _redis.CallAsync(
            keys, static (database, keys) => Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(key))), wait);
        await UnlistAsync(owner, keys, wait);
        return removed.Count(existed => existed);
    }

    public async ValueTask UnlistAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait)
    {
        if (keys.Count > 0)
        {
            RedisValue[] listed = [.. keys.Select(key => (RedisValue)key)];
            await _redis.CallAsync((List: ListKey(owner), listed), static (database, call) => database.SortedSetRemoveAsync(call.List, call.listed), wait);
        }
    }

    public async ValueTask<bool> RewriteAsync(NewSession session, ReadOnlyMemory<byte> was, WaitBudget wait)
    {
        await EnlistAsync(session, wait);
        return session.Format is SessionFormat.Hash
            ? await WriteHashAsync(session, mustExist: true, HashRecord.Changes(was.Span, session.Record.Span), wait)
            : (long)await _redis.EvaluateAsync(RewriteScript, [session.Key], [Milliseconds(session), was, session.Record], wait) == 1;
    }

    public ValueTask<bool> ExistsAsync(string key, WaitBudget wait) =>
        _redis.CallAsync(key, static (database, key) => database.KeyExistsAsync(key), wait);

    public ValueTask<SessionCount> CountAsync(SessionKeyPattern pattern, WaitBudget wait) => new KeyCount(_redis).CountAsync(pattern, wait);

    private async ValueTask<bool> WriteHashAsync(NewSession session, bool mustExist, IEnumerable<RedisValue> fields, WaitBudget wait) =>
        (long)await _redis.EvaluateAsync(WriteHashScript, [session.Key], [Milliseconds(session), mustExist ? 1 : 0, .. fields], wait) == 1;

    private static long Milliseconds(NewSession session) => (long)session.TimeToLive.TotalMilliseconds;

    private async ValueTask EnlistAsync(NewSession session, WaitBudget wait)
    {
        if (session.Owner is { } owner)
        {
            await _redis.EvaluateAsync(ListScript, [ListKey(owner)], [session.Key, (long)session.Lifetime.TotalMilliseconds], wait);
        }
    }

    private static async Task<SessionRead> ReadAsync(IDatabaseAsync database, string key)
    {
        try
        {
            // Never from a replica: it may not have a new session yet, and still have a revoked one.
            RedisValueWithExpiry found = await database.StringGetWithExpiryAsync(key, CommandFlags.DemandMaster);
            return found.Value.IsNull
                ? new SessionRead(SessionReadKind.Missing)
                : new SessionRead(SessionReadKind.Found, (byte[])found.Value!, found.Expiry);
        }
        catch (RedisServerException wrong) when (wrong.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // Redis is well; the key is not what the policy takes it for.
            return new SessionRead(SessionReadKind.WrongType);
        }
    }

    private static async Task<SessionRead> ReadHashAsync(IDatabaseAsync database, string key)
    {
        try
        {
            // One after the other on one connection: one round trip.
            Task<TimeSpan?> left = database.KeyTimeToLiveAsync(key);
            left.Forget();
            HashEntry[] fields = await database.HashGetAllAsync(key);
            return fields.Length == 0
                ? new SessionRead(SessionReadKind.Missing)
                : new SessionRead(SessionReadKind.Found, HashRecord.Read(fields), await left);
        }
        catch (RedisServerException wrong) when (wrong.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return new SessionRead(SessionReadKind.WrongType);
        }
    }

    private static async Task<bool> ExtendAsync(IDatabaseAsync database, string key, TimeSpan timeToLive)
    {
        try
        {
            await database.KeyExpireAsync(key, timeToLive);
            return true;
        }
        catch (RedisServerException)
        {
            return false;
        }
    }

    private RedisKey ListKey(string owner) => $"{_redis.KeyPrefix}sessions:{owner}";
}
