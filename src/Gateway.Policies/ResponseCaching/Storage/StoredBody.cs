namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>A response body, in the pieces it was recorded in. Never changes.</summary>
internal class StoredBody
{
    private static readonly Task<bool> Here = Task.FromResult(true);

    public StoredBody(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
        : this(pieces, Sum(pieces))
    {
    }

    protected StoredBody(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length) => (Pieces, Length) = (pieces, length);

    public static StoredBody Empty { get; } = new([]);

    public virtual IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; }

    public long Length { get; }

    /// <summary>False while some of it is still on its way here, and where it broke off: see <see cref="ArrivingBody"/>.</summary>
    public virtual bool IsWhole => true;

    /// <summary>True: the rest of it will never come.</summary>
    public virtual bool IsBroken => false;

    /// <summary>Ends when all of it is here, or it broke off: false.</summary>
    public virtual Task<bool> Arrival => Here;

    /// <summary>Writes <paramref name="length"/> bytes from <paramref name="first"/> on. Only for one that is whole.</summary>
    public ValueTask WriteAsync(Stream target, long first, long length, CancellationToken cancellation) =>
        Pieces is [var only] ? target.WriteAsync(only.Slice((int)first, (int)length), cancellation) : WriteAllAsync(Pieces, target, first, length, cancellation);

    private static async ValueTask WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> pieces, Stream target, long first, long length, CancellationToken cancellation)
    {
        for (int i = 0; i < pieces.Count && length > 0; i++)
        {
            ReadOnlyMemory<byte> piece = pieces[i];
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
        IReadOnlyList<ReadOnlyMemory<byte>> pieces = Pieces;
        for (int i = 0; i < pieces.Count && length > 0; i++)
        {
            ReadOnlyMemory<byte> piece = pieces[i];
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
