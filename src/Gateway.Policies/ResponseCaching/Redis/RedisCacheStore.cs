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
/// hashes; the value carries the whole key and is checked against it. Larger bodies lie in chunks. A value that cannot be read is
/// deleted, counted and no entry. Requests that ask the same at the same time share one read.
/// </summary>
internal sealed partial class RedisCacheStore : ICacheStore
{
    /// <summary>Larger bodies lie in chunks, so that a URI's hash stays small.</summary>
    public const int LargestWithin = 16 * 1024;

    /// <summary>Longer than any fetch: how long a URI remembers its last invalidation.</summary>
    private const long VoidKept = 10 * 60 * 1000;

    private const int MaxVariants = 130;
    private const int MaxBytes = 1_000_000;
    private static readonly RedisScript Store = RedisScript.Embedded("cache-store.lua");
    private static readonly RedisScript Void = RedisScript.Embedded("cache-invalidate.lua");
    private readonly RedisLink _redis;
    private readonly TimeProvider _time;
    private readonly CacheMetrics _metrics;
    private readonly ILogger _logger;
    private readonly BodyChunks _chunks;
    private readonly SharedCalls<PlainRead> _plainReads;
    private readonly SharedCalls<CacheEntry?> _variantReads;

    public RedisCacheStore(RedisLink redis, TimeProvider time, CacheMetrics metrics, ILogger<RedisCacheStore> logger)
    {
        (_redis, _time, _metrics, _logger) = (redis, time, metrics, logger);
        _chunks = new BodyChunks(redis);
        _plainReads = new SharedCalls<PlainRead>(redis);
        _variantReads = new SharedCalls<CacheEntry?>(redis);
        redis.Warm(Store, Void);
    }

    public async ValueTask<CacheEntry?> GetAsync(VariantLookup lookup, WaitBudget wait)
    {
        // One after the other for a URI that varies: only the first answer tells what it varies by.
        PlainRead plain = await _plainReads.RunAsync(
            $"{lookup.Uri}\n{lookup.BaseText}", (Store: this, Uri: lookup.Uri, Variant: lookup.BaseText), static ask => ask.Store.ReadPlainAsync(ask.Uri, ask.Variant), wait);
        string[] variants = [.. plain.VaryLists.Where(list => list.Length > 0).Select(lookup.For)];
        if (variants.Length == 0)
        {
            return plain.Entry;
        }

        CacheEntry? best = await _variantReads.RunAsync(
            $"{lookup.Uri}\n{string.Join('\n', variants)}", (Store: this, lookup.Uri, Variants: variants), static ask => ask.Store.ReadAsync(ask.Uri, ask.Variants), wait);
        return best ?? plain.Entry;
    }

    public async ValueTask SetAsync(CacheEntry entry, WaitBudget wait)
    {
        long useful = entry.UselessAt - Now;
        if (useful <= 0)
        {
            return;
        }

        (RedisKey key, string field) = (KeyOf(entry.Uri), Hash(entry.Variant));
        string place = PlaceOf(entry.Uri, field);
        (StoredBody body, BodyLayout layout) = Pack(entry);
        if (body.Length > LargestWithin)
        {
            layout = await _chunks.WriteAsync(place, body, layout, TimeSpan.FromMilliseconds(useful));
            body = StoredBody.Empty;
        }

        RedisResult replaced = await _redis.EvaluateAsync(
            Store,
            [key],
            [entry.Stamp, field, EntryCodec.Encode(entry with { Body = body }, layout), string.Join(',', entry.VaryNames), useful, MaxVariants, MaxBytes, layout.Reference],
            wait);
        string unused = (replaced.IsNull ? layout.Reference : (string?)replaced) ?? "";
        if (unused.Length > 0 && (replaced.IsNull || unused != layout.Reference))
        {
            await _chunks.RemoveAsync(place, unused);
        }
    }

    public async ValueTask InvalidateAsync(string uri, long stamp, WaitBudget wait)
    {
        RedisResult answer = await _redis.EvaluateAsync(Void, [KeyOf(uri)], [stamp, VoidKept], wait);
        string?[] bodies = (string?[]?)answer ?? [];
        for (int i = 0; i + 1 < bodies.Length; i += 2)
        {
            _ = _chunks.RemoveAsync(PlaceOf(uri, bodies[i]!), bodies[i + 1]!);
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static (StoredBody Body, BodyLayout Layout) Pack(CacheEntry entry)
    {
        BodyLayout layout = BodyLayout.Within(entry.Body);
        return entry.CompressFrom > 0 && entry.Body.Length >= entry.CompressFrom && BodyCoding.TryCompress(entry.Body, out StoredBody? compressed)
            ? (compressed, layout with { Compressed = true })
            : (entry.Body, layout);
    }

    private async Task<PlainRead> ReadPlainAsync(string uri, string variant)
    {
        RedisKey key = KeyOf(uri);
        string field = Hash(variant);
        RedisValue[] values = await _redis.CallAsync(
            (key, field), static (database, ask) => database.HashGetAsync(ask.key, ["vary", ask.field]), new WaitBudget());
        string[][] lists = ListsOf(values[0]);
        bool plain = Array.Exists(lists, list => list.Length == 0);
        return new PlainRead(lists, plain ? await DecodeAsync(uri, variant, field, values[1]) : null);
    }

    private async Task<CacheEntry?> ReadAsync(string uri, string[] variants)
    {
        RedisValue[] fields = Array.ConvertAll(variants, variant => (RedisValue)Hash(variant));
        RedisValue[] values = await _redis.CallAsync(
            (Key: KeyOf(uri), Fields: fields), static (database, ask) => database.HashGetAsync(ask.Key, ask.Fields), new WaitBudget());
        CacheEntry? best = null;
        for (int i = 0; i < values.Length; i++)
        {
            CacheEntry? entry = await DecodeAsync(uri, variants[i], fields[i]!, values[i]);
            best = entry is not null && (best is null || entry.Date > best.Date) ? entry : best;
        }

        return best;
    }

    private async ValueTask<CacheEntry?> DecodeAsync(string uri, string variant, string field, RedisValue value)
    {
        if (value.IsNull)
        {
            return null;
        }

        var bytes = (ReadOnlyMemory<byte>)value;
        if (EntryCodec.TryDecode(bytes, out DecodedEntry? decoded) && decoded.Value.Entry.Uri == uri && decoded.Value.Entry.Variant == variant)
        {
            if (decoded.Value.Entry.UselessAt <= Now)
            {
                // Another variant keeps the URI's hash: this one's time is over.
                return null;
            }

            if (await UnpackAsync(uri, field, decoded.Value) is { } entry)
            {
                return entry;
            }
        }

        // Gateways of two versions may run side by side: the older one leaves the newer one's entries alone.
        _metrics.Corrupt();
        LogUnreadable();
        if (!EntryCodec.IsNewer(bytes))
        {
            _ = DeleteAsync(KeyOf(uri), field);
        }

        return null;
    }

    private async ValueTask<CacheEntry?> UnpackAsync(string uri, string field, DecodedEntry decoded)
    {
        try
        {
            StoredBody? body = decoded.Layout.Chunks.Count == 0 ? decoded.Entry.Body : await _chunks.ReadAsync(PlaceOf(uri, field), decoded.Layout);
            body = decoded.Layout.Compressed && body is not null ? BodyCoding.Decompress(body, decoded.Layout.Length) : body;
            return body?.Length == decoded.Layout.Length ? decoded.Entry with { Body = body } : null;
        }
        catch (Exception wrong) when (wrong is InvalidDataException or InvalidOperationException or OverflowException or OutOfMemoryException)
        {
            return null;
        }
    }

    private async Task DeleteAsync(RedisKey key, RedisValue field)
    {
        try
        {
            RedisValue[] fields = [field, "b" + field];
            await _redis.CallAsync((key, fields), static (database, ask) => database.HashDeleteAsync(ask.key, ask.fields), new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // It stays unreadable, and the next lookup deletes it.
        }
    }

    private RedisKey KeyOf(string uri) => $"{_redis.KeyPrefix}c:1:{Hash(uri)}";

    private static string PlaceOf(string uri, string field) => $"{Hash(uri)}:{field[..16]}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string[][] ListsOf(RedisValue lines)
    {
        string text = lines.IsNull ? "" : lines.ToString();
        string[] lists = text.Split('\n');
        return [.. lists.Take(lists.Length - 1).Select(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries))];
    }

    [LoggerMessage(420, LogLevel.Debug, "A cache entry in Redis could not be read: it was deleted, unless a later version wrote it, and fetched anew")]
    private partial void LogUnreadable();

    private readonly record struct PlainRead(string[][] VaryLists, CacheEntry? Entry);
}
