using System.Globalization;
using System.IO.Hashing;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Bodies in chunks, each a Redis value of its own, named by their content: so that no value is large, and a replaced body never mixes with
/// its successor. A few are on their way at a time. A body is handed out once all of it has come and was checked, never before.
/// </summary>
internal sealed class BodyChunks(RedisLink redis)
{
    /// <summary>Bytes in a chunk.</summary>
    public const int Size = 512 * 1024;

    private const int AtATime = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Writes the chunks; they live as long as the entry, and a moment longer.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<BodyLayout> WriteAsync(string place, StoredBody body, BodyLayout layout, TimeSpan useful)
    {
        byte[][] chunks = Cut(body);
        ulong[] hashes = Array.ConvertAll(chunks, chunk => XxHash64.HashToUInt64(chunk));
        layout = layout with { Chunks = hashes, Id = IdOf(hashes) };
        for (int i = 0; i < chunks.Length; i += AtATime)
        {
            await Task.WhenAll(Enumerable.Range(i, Math.Min(AtATime, chunks.Length - i))
                .Select(n => WriteAsync(KeyOf(place, layout.Reference, n), chunks[n], useful + TimeSpan.FromSeconds(5)).AsTask()));
        }

        return layout;
    }

    /// <summary>The body; null when a chunk is missing or is not what was written.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<StoredBody?> ReadAsync(string place, BodyLayout layout)
    {
        var pieces = new ReadOnlyMemory<byte>[layout.Chunks.Count];
        for (int i = 0; i < pieces.Length; i += AtATime)
        {
            int count = Math.Min(AtATime, pieces.Length - i);
            byte[]?[] read = await Task.WhenAll(Enumerable.Range(i, count).Select(n => ReadAsync(KeyOf(place, layout.Reference, n)).AsTask()));
            for (int n = 0; n < count; n++)
            {
                if (read[n] is not { } chunk || XxHash64.HashToUInt64(chunk) != layout.Chunks[i + n])
                {
                    return null;
                }

                pieces[i + n] = chunk;
            }
        }

        return new StoredBody(pieces);
    }

    /// <summary>Removes the chunks that <paramref name="reference"/> names, a <see cref="BodyLayout.Reference"/>. Never throws: what stays expires.</summary>
    public async Task RemoveAsync(string place, string reference)
    {
        if (!int.TryParse(reference.AsSpan(reference.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture, out int count))
        {
            return;
        }

        try
        {
            // One by one: in a cluster they lie in different slots.
            for (int n = 0; n < count; n++)
            {
                await redis.CallAsync(KeyOf(place, reference, n), static (database, key) => database.KeyDeleteAsync(key), new WaitBudget { Limit = Patience });
            }
        }
        catch (StoreUnavailableException)
        {
            // They expire.
        }
    }

    private async ValueTask<bool> WriteAsync(RedisKey key, byte[] chunk, TimeSpan useful) => await redis.CallAsync(
        (key, chunk, useful), static (database, set) => database.StringSetAsync(set.key, set.chunk, set.useful), new WaitBudget { Limit = Patience });

    private async ValueTask<byte[]?> ReadAsync(RedisKey key) => await redis.CallAsync(
        key, static async (database, get) => (byte[]?)await database.StringGetAsync(get), new WaitBudget { Limit = Patience });

    private RedisKey KeyOf(string place, string reference, int chunk) => $"{redis.KeyPrefix}c:b:{place}:{reference}:{chunk}";

    private static byte[][] Cut(StoredBody body)
    {
        using var source = new PiecesStream(body.Pieces);
        var chunks = new byte[(body.Length + Size - 1) / Size][];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i] = GC.AllocateUninitializedArray<byte>((int)Math.Min(Size, body.Length - ((long)i * Size)));
            source.ReadExactly(chunks[i]);
        }

        return chunks;
    }

    private static long IdOf(ulong[] hashes) => (long)XxHash64.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(hashes.AsSpan()));
}
