using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>Reads pieces one after the other.</summary>
internal sealed class PiecesStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces) : UnseekableStream
{
    private int _piece;
    private int _offset;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    /// <summary>Fills as much as there is: from several pieces where needed.</summary>
    public override int Read(Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length && _piece < pieces.Count)
        {
            ReadOnlySpan<byte> rest = pieces[_piece].Span[_offset..];
            int count = Math.Min(rest.Length, buffer.Length - filled);
            rest[..count].CopyTo(buffer[filled..]);
            filled += count;
            (_piece, _offset) = count == rest.Length ? (_piece + 1, 0) : (_piece, _offset + count);
        }

        return filled;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
