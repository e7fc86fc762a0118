using System.Net.Sockets;
using System.Text;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>A connection that stays open, and knows a response to be over with its last byte: no client is quicker with its next request.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private string _host = "";

    public static async Task<RawConnection> OpenAsync(string address, CancellationToken cancellation)
    {
        var target = new Uri(address);
        var connection = new RawConnection { _host = target.Authority };
        await connection._socket.ConnectAsync(target.Host, target.Port, cancellation);
        return connection;
    }

    /// <summary>Header section and body; throws when the connection breaks off before the response is whole.</summary>
    public async Task<RawMessage> GetAsync(string path, CancellationToken cancellation)
    {
        await _socket.SendAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: {_host}\r\n\r\n"), cancellation);
        int filled = 0;
        while (!IsWhole(_buffer.AsSpan(0, filled)))
        {
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(filled), cancellation);
            filled += read > 0 ? read : throw new InvalidDataException($"Broken off after '{Encoding.Latin1.GetString(_buffer, 0, filled)}'");
        }

        return RawStream.ParseResponse(Encoding.Latin1.GetString(_buffer, 0, filled));
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> came)
    {
        int head = came.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        int at = came[..head].IndexOf("\r\nContent-Length: "u8);
        return at < 0 || at > head ? came.EndsWith("\r\n0\r\n\r\n"u8) : came.Length - head - 4 == LengthAt(came[(at + 18)..]);
    }

    private static int LengthAt(ReadOnlySpan<byte> digits) => int.Parse(digits[..digits.IndexOf((byte)'\r')], null);
}
