using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Entries in Redis, for all gateways: one hash for each URI, so that one command removes all of its variants. Keys and fields are
/// hashes; the value carries the whole key and is checked against it. A value that cannot be read is deleted, counted and no entry.
/// </summary>
internal sealed partial class RedisCacheStore(RedisLink redis, TimeProvider time, CacheMetrics metrics, ILogger<RedisCacheStore> logger) : ICacheStore
{
    /// <summary>Longer than any fetch: how long a URI remembers its last invalidation.</summary>
    private const long VoidKept = 10 * 60 * 1000;

    private const int MaxFields = 130;
    private static readonly RedisScript Store = RedisScript.Embedded("cache-store.lua");
    private static readonly RedisScript Void = RedisScript.Embedded("cache-invalidate.lua");
    private readonly ILogger _logger = logger;

    public async ValueTask<CacheEntry?> GetAsync(VariantLookup lookup, WaitBudget wait)
    {
        RedisKey key = KeyOf(lookup.Uri);
        RedisValue plain = FieldOf(lookup.BaseText);
        RedisValue[] first = await redis.CallAsync((key, plain), static (database, ask) => database.HashGetAsync(ask.key, ["vary", ask.plain]), wait);
        string[][] lists = ListsOf(first[0]);
        if (lists.Length == 0)
        {
            return null;
        }

        CacheEntry? best = Array.Exists(lists, list => list.Length == 0) ? Decode(lookup, lookup.BaseText, key, plain, first[1]) : null;
        string[] variants = [.. lists.Where(list => list.Length > 0).Select(lookup.For)];
        if (variants.Length == 0)
        {
            return best;
        }

        RedisValue[] fields = Array.ConvertAll(variants, FieldOf);
        RedisValue[] values = await redis.CallAsync((key, fields), static (database, ask) => database.HashGetAsync(ask.key, ask.fields), wait);
        for (int i = 0; i < values.Length; i++)
        {
            CacheEntry? entry = Decode(lookup, variants[i], key, fields[i], values[i]);
            best = entry is not null && (best is null || entry.Date > best.Date) ? entry : best;
        }

        return best;
    }

    public async ValueTask SetAsync(CacheEntry entry, WaitBudget wait)
    {
        long useful = entry.UselessAt - time.GetUtcNow().ToUnixTimeMilliseconds();
        if (useful <= 0)
        {
            return;
        }

        await redis.EvaluateAsync(
            Store,
            [KeyOf(entry.Uri)],
            [entry.Stamp, FieldOf(entry.Variant), EntryCodec.Encode(entry), string.Join(',', entry.VaryNames), useful, MaxFields],
            wait);
    }

    public async ValueTask InvalidateAsync(string uri, long stamp, WaitBudget wait) =>
        await redis.EvaluateAsync(Void, [KeyOf(uri)], [stamp, VoidKept], wait);

    private CacheEntry? Decode(VariantLookup lookup, string variant, RedisKey key, RedisValue field, RedisValue value)
    {
        if (value.IsNull)
        {
            return null;
        }

        if (EntryCodec.TryDecode((ReadOnlyMemory<byte>)value, out CacheEntry? entry) && entry.Uri == lookup.Uri && entry.Variant == variant)
        {
            return entry;
        }

        metrics.Corrupt();
        LogUnreadable();
        _ = DeleteAsync(key, field);
        return null;
    }

    private async Task DeleteAsync(RedisKey key, RedisValue field)
    {
        try
        {
            await redis.CallAsync((key, field), static (database, ask) => database.HashDeleteAsync(ask.key, ask.field), new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // It stays unreadable, and the next lookup deletes it.
        }
    }

    private RedisKey KeyOf(string uri) => $"{redis.KeyPrefix}c:1:{Hash(uri)}";

    private static RedisValue FieldOf(string variant) => Hash(variant);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string[][] ListsOf(RedisValue lines)
    {
        string text = lines.IsNull ? "" : lines.ToString();
        string[] lists = text.Split('\n');
        return [.. lists.Take(lists.Length - 1).Select(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries))];
    }

    [LoggerMessage(420, LogLevel.Debug, "A cache entry in Redis could not be read: it was deleted and fetched anew")]
    private partial void LogUnreadable();
}
