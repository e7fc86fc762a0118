using System.Globalization;
using System.Security.Cryptography;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Gateway.Policies.Threading;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Bodies in chunks, each a Redis value of its own: so that no value is large. Each storing names its chunks anew, so that a replaced body
/// never mixes with its successor. A few are on their way at a time.
/// </summary>
internal sealed class BodyChunks(RedisLink redis)
{
    /// <summary>Bytes of the body in a chunk, at most.</summary>
    public const int Size = 512 * 1024;

    /// <summary>Chunks on their way at a time.</summary>
    public const int AtATime = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>Whoever serves a removed body just now gets the rest of it.</summary>
    private static readonly TimeSpan Leave = TimeSpan.FromSeconds(3);

    public static long NewId() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>Writes a whole body; of one that Redis does not take whole, nothing stays for longer than a moment.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away, or needs longer than <paramref name="patience"/> (null: 2 s) for a chunk.</exception>
    public async ValueTask<BodyLayout> WriteAsync(string place, StoredBody body, bool compress, TimeSpan useful, TimeSpan? patience)
    {
        var layout = new BodyLayout(body.Length, Compressed: false, NewId(), (int)((body.Length + Size - 1) / Size));
        try
        {
            await WriteAllAsync(place, body, layout, compress, useful, patience ?? Patience);
            return layout;
        }
        catch (StoreUnavailableException)
        {
            _ = RemoveAsync(place, layout.Reference);
            throw;
        }
    }

    /// <summary>Writes one chunk. Chunks live a moment longer than their entry.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public ValueTask WriteAsync(string place, long id, int chunk, ReadOnlyMemory<byte> raw, bool compress, TimeSpan useful) =>
        WriteAsync(place, id, chunk, raw, compress, useful, Patience);

    /// <summary>One chunk, as clients get it; null when it is missing or not what was written.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string place, long id, int chunk) =>
        await redis.CallAsync(KeyOf(place, id, chunk), static (database, key) => database.StringGetAsync(key), new WaitBudget { Limit = Patience }) is { IsNull: false } value
            ? ChunkCoding.Decode((byte[])value!)
            : null;

    /// <summary>Makes chunks live a moment longer than this.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public ValueTask KeepAsync(string place, long id, int chunks, TimeSpan useful) => ExpireAsync(place, id, chunks, useful + Margin);

    /// <summary>Lets the chunks that <paramref name="reference"/> names go in a moment, a <see cref="BodyLayout.Reference"/>. Never throws: what stays expires.</summary>
    public async Task RemoveAsync(string place, string reference)
    {
        int colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !long.TryParse(reference.AsSpan(0, colon), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long id)
            || !int.TryParse(reference.AsSpan(colon + 1), CultureInfo.InvariantCulture, out int count))
        {
            return;
        }

        try
        {
            await ExpireAsync(place, id, count, Leave);
        }
        catch (StoreUnavailableException)
        {
            // They expire.
        }
    }

    /// <summary>Says for a while that a growing body grows on.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask SayAliveAsync(string place, long id, TimeSpan time) => await redis.CallAsync(
        (Key: AliveKeyOf(place, id), Time: time), static (database, set) => database.StringSetAsync(set.Key, "1", set.Time), new WaitBudget { Limit = Patience });

    /// <summary>A growing body grows no more.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask SayDeadAsync(string place, long id) =>
        await redis.CallAsync(AliveKeyOf(place, id), static (database, key) => database.KeyDeleteAsync(key), new WaitBudget { Limit = Patience });

    /// <summary>Whether somebody uploads the body still.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public ValueTask<bool> IsAliveAsync(string place, long id) =>
        redis.CallAsync(AliveKeyOf(place, id), static (database, key) => database.KeyExistsAsync(key, CommandFlags.DemandMaster), new WaitBudget { Limit = Patience });

    private async Task WriteAllAsync(string place, StoredBody body, BodyLayout layout, bool compress, TimeSpan useful, TimeSpan patience)
    {
        using var source = new PiecesStream(body.Pieces);
        for (int n = 0; n < layout.Chunks;)
        {
            var writing = new List<Task>(AtATime);
            for (; writing.Count < AtATime && n < layout.Chunks; n++)
            {
                byte[] raw = GC.AllocateUninitializedArray<byte>((int)Math.Min(Size, body.Length - ((long)n * Size)));
                source.ReadExactly(raw);
                writing.Add(WriteAsync(place, layout.Id, n, raw, compress, useful, patience).AsTask());
            }

            await Task.WhenAll(writing);
        }
    }

    private async ValueTask WriteAsync(string place, long id, int chunk, ReadOnlyMemory<byte> raw, bool compress, TimeSpan useful, TimeSpan patience)
    {
        await PoolThread.EnterAsync();
        await redis.CallAsync(
            (Key: KeyOf(place, id, chunk), Value: ChunkCoding.Encode(raw.Span, compress), Time: useful + Margin),
            static (database, set) => database.StringSetAsync(set.Key, set.Value, set.Time),
            new WaitBudget { Limit = patience });
    }

    private async ValueTask ExpireAsync(string place, long id, int chunks, TimeSpan time)
    {
        // A command for each, since in a cluster they lie in different slots. All are sent before an answer is waited for: a Redis that answers too
        // late has done them all the same.
        var expiring = new Task[chunks];
        for (int n = 0; n < chunks; n++)
        {
            expiring[n] = redis.CallAsync(
                (Key: KeyOf(place, id, n), Time: time), static (database, set) => database.KeyExpireAsync(set.Key, set.Time), new WaitBudget { Limit = Patience }).AsTask();
        }

        await Task.WhenAll(expiring);
    }

    private RedisKey KeyOf(string place, long id, int chunk) => $"{redis.KeyPrefix}c:b:{place}:{id:x16}:{chunk}";

    private RedisKey AliveKeyOf(string place, long id) => $"{redis.KeyPrefix}c:b:{place}:{id:x16}:alive";
}
