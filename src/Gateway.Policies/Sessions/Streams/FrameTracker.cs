using System.Buffers.Binary;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>Knows, of the bytes that go to a WebSocket client, where one frame ends and the next begins (RFC 6455 §5.2): only there may another be put between.</summary>
internal sealed class FrameTracker
{
    private const byte OpcodeBits = 0x0F;
    private const byte LengthBits = 0x7F;
    private const byte MaskBit = 0x80;
    private const byte Close = 0x8;
    private readonly byte[] _header = new byte[14];
    private int _headerBytes;
    private ulong _payloadLeft;

    /// <summary>The last byte taken was a frame's last, or none was taken.</summary>
    public bool IsBetweenFrames => _headerBytes == 0 && _payloadLeft == 0;

    /// <summary>The server itself has said that it closes: nothing may follow.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Takes bytes; returns how many.</summary>
    /// <param name="bytes">Those that come next.</param>
    /// <param name="stopBetween">Takes none beyond the end of the frame that is under way, or of the first one.</param>
    public int Take(ReadOnlySpan<byte> bytes, bool stopBetween = false)
    {
        int taken = 0;
        while (taken < bytes.Length)
        {
            if (_payloadLeft > 0)
            {
                int part = (int)Math.Min(_payloadLeft, (ulong)(bytes.Length - taken));
                _payloadLeft -= (ulong)part;
                taken += part;
            }
            else
            {
                TakeHeader(bytes[taken++]);
            }

            if (stopBetween && IsBetweenFrames)
            {
                break;
            }
        }

        return taken;
    }

    private void TakeHeader(byte next)
    {
        _header[_headerBytes++] = next;
        if (_headerBytes < 2 || _headerBytes < HeaderLength)
        {
            return;
        }

        HasClosed |= (_header[0] & OpcodeBits) == Close;
        _payloadLeft = (_header[1] & LengthBits) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            var length => (ulong)length,
        };
        _headerBytes = 0;
    }

    private int HeaderLength => 2 + ((_header[1] & MaskBit) != 0 ? 4 : 0) + (_header[1] & LengthBits) switch
    {
        126 => 2,
        127 => 8,
        _ => 0,
    };
}
