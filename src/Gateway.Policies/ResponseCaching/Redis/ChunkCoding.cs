using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// A chunk of a body as it lies in Redis: XxHash64 of all that follows, its length as clients get it, whether it is compressed, the bytes. Each can
/// be checked and read without the others.
/// </summary>
internal static class ChunkCoding
{
    private const int Head = sizeof(ulong) + sizeof(int) + 1;
    private const int Fastest = 1;
    private const int Window = 22;

    /// <param name="raw">Bytes as clients get them.</param>
    /// <param name="compress">True: compressed (Brotli) where that saves an eighth or more.</param>
    public static byte[] Encode(ReadOnlySpan<byte> raw, bool compress)
    {
        byte[] chunk;
        byte[] spare = compress ? ArrayPool<byte>.Shared.Rent(raw.Length - (raw.Length / 8)) : [];
        if (compress && BrotliEncoder.TryCompress(raw, spare.AsSpan(0, raw.Length - (raw.Length / 8)), out int length, Fastest, Window))
        {
            chunk = new byte[Head + length];
            chunk[Head - 1] = 1;
            spare.AsSpan(0, length).CopyTo(chunk.AsSpan(Head));
        }
        else
        {
            chunk = new byte[Head + raw.Length];
            raw.CopyTo(chunk.AsSpan(Head));
        }

        if (compress)
        {
            ArrayPool<byte>.Shared.Return(spare);
        }

        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(sizeof(ulong)), raw.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(chunk, XxHash64.HashToUInt64(chunk.AsSpan(sizeof(ulong))));
        return chunk;
    }

    /// <summary>The bytes as clients get them; null: not what was written.</summary>
    public static ReadOnlyMemory<byte>? Decode(byte[] chunk)
    {
        if (chunk.Length <= Head || BinaryPrimitives.ReadUInt64LittleEndian(chunk) != XxHash64.HashToUInt64(chunk.AsSpan(sizeof(ulong))))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(sizeof(ulong)));
        ReadOnlyMemory<byte> bytes = chunk.AsMemory(Head);
        if (chunk[Head - 1] == 0)
        {
            return bytes.Length == length ? bytes : null;
        }

        if (length is <= 0 or > BodyChunks.Size)
        {
            return null;
        }

        byte[] raw = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(bytes.Span, raw, out int written) && written == length ? raw : null;
    }
}
