using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Gateway.Policies.Threading;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Entries in Redis, for all gateways: one hash for each URI, so that one command removes all of its variants. Keys and fields are
/// hashes; the value carries the whole key and is checked against it. Larger bodies lie in chunks, and are served while they come. A value that cannot be read is
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
    private readonly EntryNames _names;
    private readonly BodyChunks _chunks;
    private readonly BodyArrival _arrival;
    private readonly VaryGuesses _guesses = new();
    private readonly SharedCalls<UriRead> _reads;

    public RedisCacheStore(RedisLink redis, TimeProvider time, CacheMetrics metrics, ILogger<RedisCacheStore> logger)
    {
        (_redis, _time, _metrics, _logger) = (redis, time, metrics, logger);
        _names = new EntryNames(redis);
        _chunks = new BodyChunks(redis);
        _arrival = new BodyArrival(_chunks, time);
        _reads = new SharedCalls<UriRead>(redis);
        redis.Warm(Store, Void);
    }

    public async ValueTask<CacheEntry?> GetAsync(VariantLookup lookup, WaitBudget wait)
    {
        string[][] guessed = _guesses.For(lookup.BaseText);
        string[][] asked = guessed.Length == 0 ? UriRead.OnlyPlain : [.. UriRead.OnlyPlain, .. guessed];
        UriRead read = await ReadAsync(lookup, asked, wait);
        string[][] missed = read.ListsBeside(asked);
        if (missed.Length == 0)
        {
            return read.Entry;
        }

        // Only the answer told what it varies by.
        _guesses.Learn(lookup.BaseText, missed);
        CacheEntry? other = (await ReadAsync(lookup, missed, wait)).Entry;
        return Preferred(read.Entry, other);
    }

    public async ValueTask SetAsync(CacheEntry entry, WaitBudget wait)
    {
        long useful = entry.UselessAt - Now;
        if (useful <= 0)
        {
            return;
        }

        await PoolThread.EnterAsync();
        (StoredBody body, BodyLayout layout) = Pack(entry);
        if (body.Length > LargestWithin)
        {
            bool compress = entry.CompressFrom > 0 && entry.Body.Length >= entry.CompressFrom;
            layout = await _chunks.WriteAsync(PlaceOf(entry), entry.Body, compress, TimeSpan.FromMilliseconds(useful), wait.Limit);
            body = StoredBody.Empty;
        }

        await StoreAsync(entry with { Body = body }, layout, wait);
    }

    public IEntryUpload? BeginUpload(CacheEntry head, long length) => new RedisEntryUpload(
        _chunks, head, length, PlaceOf(head), (entry, layout) => StoreAsync(entry, layout, new WaitBudget { Limit = TimeSpan.FromSeconds(2) }), _time);

    public async ValueTask InvalidateAsync(string uri, long stamp, WaitBudget wait)
    {
        RedisResult answer = await _redis.EvaluateAsync(Void, [_names.KeyOf(uri)], [stamp, VoidKept], wait);
        string?[] bodies = (string?[]?)answer ?? [];
        for (int i = 0; i + 1 < bodies.Length; i += 2)
        {
            _ = _chunks.RemoveAsync(EntryNames.PlaceOf(uri, bodies[i]!), bodies[i + 1]!);
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Writes the entry with how its body lies. False: it is older than the last invalidation of its URI.</summary>
    private async ValueTask<bool> StoreAsync(CacheEntry entry, BodyLayout layout, WaitBudget wait)
    {
        RedisValue value = EntryCodec.Encode(entry, layout);
        RedisResult replaced = await _redis.EvaluateAsync(
            Store,
            [_names.KeyOf(entry.Uri)],
            [entry.Stamp, _names.FieldOf(entry.Variant), value, string.Join(',', entry.VaryNames), Math.Max(1, entry.UselessAt - Now), MaxVariants, MaxBytes, layout.Reference],
            wait);
        string unused = (replaced.IsNull ? layout.Reference : (string?)replaced) ?? "";
        if (unused.Length > 0 && (replaced.IsNull || unused != layout.Reference))
        {
            await _chunks.RemoveAsync(PlaceOf(entry), unused);
        }

        return !replaced.IsNull;
    }

    private string PlaceOf(CacheEntry entry) => EntryNames.PlaceOf(entry.Uri, _names.FieldOf(entry.Variant));

    private static (StoredBody Body, BodyLayout Layout) Pack(CacheEntry entry)
    {
        BodyLayout layout = BodyLayout.Within(entry.Body);
        bool compress = entry.CompressFrom > 0 && entry.Body.Length >= entry.CompressFrom && entry.Body.Length <= BodyChunks.Size;
        return compress && BodyCoding.TryCompress(entry.Body, out StoredBody? compressed)
            ? (compressed, layout with { Compressed = true })
            : (entry.Body, layout);
    }

    /// <summary>One command. The variants are named here, while the request's fields are still this request's.</summary>
    private ValueTask<UriRead> ReadAsync(VariantLookup lookup, string[][] lists, WaitBudget wait)
    {
        string[] variants = Array.ConvertAll(lists, lookup.For);
        string key = variants.Length == 1 ? $"{lookup.Uri}\n{variants[0]}" : $"{lookup.Uri}\n{string.Join('\n', variants)}";
        return _reads.RunAsync(key, (Store: this, lookup.Uri, Lists: lists, Variants: variants), static ask => ask.Store.ReadAsync(ask.Uri, ask.Lists, ask.Variants), wait);
    }

    private async Task<UriRead> ReadAsync(string uri, string[][] lists, string[] variants)
    {
        var fields = new RedisValue[variants.Length + 1];
        fields[0] = "vary";
        for (int i = 0; i < variants.Length; i++)
        {
            fields[i + 1] = _names.FieldOf(variants[i]);
        }

        RedisValue[] values = await _redis.CallAsync(
            (Key: _names.KeyOf(uri), fields), static (database, ask) => database.HashGetAsync(ask.Key, ask.fields), new WaitBudget());
        string[][] known = values[0].IsNull ? [] : UriRead.ListsOf(((ReadOnlyMemory<byte>)values[0]).Span);
        CacheEntry? best = null;
        for (int i = 0; i < variants.Length; i++)
        {
            if (!values[i + 1].IsNull && UriRead.Has(known, lists[i]))
            {
                CacheEntry? entry = await DecodeAsync(uri, variants[i], fields[i + 1]!, values[i + 1]);
                best = Preferred(best, entry);
            }
        }

        return new UriRead(known, best);
    }

    private static CacheEntry? Preferred(CacheEntry? one, CacheEntry? other) => one is null || other?.IsPreferredTo(one) == true ? other : one;

    private async ValueTask<CacheEntry?> DecodeAsync(string uri, string variant, string field, RedisValue value)
    {
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
            _ = DeleteAsync(_names.KeyOf(uri), field);
        }

        return null;
    }

    private async ValueTask<CacheEntry?> UnpackAsync(string uri, string field, DecodedEntry decoded)
    {
        try
        {
            StoredBody? body = decoded.Layout.Chunks == 0
                ? decoded.Entry.Body
                : await _arrival.BeginAsync(EntryNames.PlaceOf(uri, field), decoded.Layout, answered => Broke(uri, field, answered));
            body = decoded.Layout.Compressed && body is not null ? BodyCoding.Decompress(body, decoded.Layout.Length) : body;
            return body?.Length == decoded.Layout.Length ? decoded.Entry with { Body = body } : null;
        }
        catch (Exception wrong) when (wrong is InvalidDataException or InvalidOperationException or OverflowException or OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>A body that some were served from already breaks off.</summary>
    private void Broke(string uri, string field, bool answered)
    {
        _metrics.BodyBroke();
        if (answered)
        {
            LogUnreadable();
            _ = DeleteAsync(_names.KeyOf(uri), field);
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

    [LoggerMessage(420, LogLevel.Debug, "A cache entry in Redis could not be read: it was deleted, unless a later version wrote it, and fetched anew")]
    private partial void LogUnreadable();
}
