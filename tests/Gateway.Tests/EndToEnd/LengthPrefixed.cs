using System.Buffers.Binary;
using System.Text;

namespace Gateway.Tests.EndToEnd;

/// <summary>Messages as gRPC frames them: a byte of flags, four of length, then the message.</summary>
internal static class LengthPrefixed
{
    private const int Prefix = 5;

    public static byte[] Of(string message)
    {
        byte[] frame = new byte[Prefix + Encoding.UTF8.GetByteCount(message)];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - Prefix);
        Encoding.UTF8.GetBytes(message, frame.AsSpan(Prefix));
        return frame;
    }

    /// <summary>The next message; null at the end of the stream.</summary>
    public static async Task<string?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] prefix = new byte[Prefix];
        int read = await stream.ReadAtLeastAsync(prefix, Prefix, throwOnEndOfStream: false, cancellation);
        if (read == 0)
        {
            return null;
        }

        byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(message, cancellation);
        return Encoding.UTF8.GetString(message);
    }
}
