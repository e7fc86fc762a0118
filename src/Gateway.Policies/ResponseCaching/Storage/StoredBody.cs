namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>A complete response body, in the pieces it was recorded in. Never changes.</summary>
internal sealed class StoredBody(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
{
    public static StoredBody Empty { get; } = new([]);

    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; } = pieces;

    public long Length { get; } = Sum(pieces);

    /// <summary>Writes <paramref name="length"/> bytes from <paramref name="first"/> on.</summary>
    public async ValueTask WriteAsync(Stream target, long first, long length, CancellationToken cancellation)
    {
        for (int i = 0; i < Pieces.Count && length > 0; i++)
        {
            ReadOnlyMemory<byte> piece = Pieces[i];
            if (first >= piece.Length)
            {
                first -= piece.Length;
                continue;
            }

            int count = (int)Math.Min(length, piece.Length - first);
            await target.WriteAsync(piece.Slice((int)first, count), cancellation);
            first = 0;
            length -= count;
        }
    }

    /// <summary>A stretch of it; shares its bytes.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Slice(long first, long length)
    {
        for (int i = 0; i < Pieces.Count && length > 0; i++)
        {
            ReadOnlyMemory<byte> piece = Pieces[i];
            if (first < piece.Length)
            {
                int count = (int)Math.Min(length, piece.Length - first);
                yield return piece.Slice((int)first, count);
                length -= count;
            }

            first = Math.Max(0, first - piece.Length);
        }
    }

    private static long Sum(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        long length = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            length += pieces[i].Length;
        }

        return length;
    }
}
