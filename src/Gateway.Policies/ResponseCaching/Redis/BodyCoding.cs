using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// Compression of bodies for the way to Redis and back. Only what is stored is compressed: clients get the very bytes the destination
/// sent, so entity tags stay strong and <c>no-transform</c> holds.
/// </summary>
internal static class BodyCoding
{
    /// <summary>The body compressed (Brotli, its fastest level); false when that saves less than an eighth.</summary>
    public static bool TryCompress(StoredBody body, [NotNullWhen(true)] out StoredBody? compressed)
    {
        using var target = new MemoryStream((int)Math.Min(body.Length / 2, 1 << 20));
        using (var coder = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (ReadOnlyMemory<byte> piece in body.Pieces)
            {
                coder.Write(piece.Span);
            }
        }

        compressed = target.Length <= body.Length - (body.Length / 8) ? new StoredBody([target.GetBuffer().AsMemory(0, (int)target.Length)]) : null;
        return compressed is not null;
    }

    /// <summary>The body as it was.</summary>
    /// <exception cref="InvalidDataException">It does not decompress to <paramref name="length"/> bytes.</exception>
    public static StoredBody Decompress(StoredBody body, long length)
    {
        byte[] whole = GC.AllocateUninitializedArray<byte>(checked((int)length));
        using var source = new PiecesStream(body.Pieces);
        using var coder = new BrotliStream(source, CompressionMode.Decompress);
        bool exact = coder.ReadAtLeast(whole, whole.Length, throwOnEndOfStream: false) == whole.Length && coder.ReadByte() < 0;
        return exact ? new StoredBody([whole]) : throw new InvalidDataException("The body is not as long as its entry says.");
    }
}
