using System.Buffers;

namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>An endless run of bytes that both ends of a connection know: a lost, doubled or moved byte shows.</summary>
internal sealed class ByteStream
{
    private uint _state = 1;

    public long Position { get; private set; }

    public void Fill(Span<byte> bytes)
    {
        foreach (ref byte value in bytes)
        {
            value = Next();
        }
    }

    public void Check(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            foreach (byte value in segment.Span)
            {
                long at = Position;
                if (value != Next())
                {
                    Assert.Fail($"Byte {at} is not the one that was sent.");
                }
            }
        }
    }

    private byte Next()
    {
        Position++;
        _state = (_state * 1664525) + 1013904223; // the linear congruential generator of Numerical Recipes
        return (byte)(_state >> 24);
    }
}
