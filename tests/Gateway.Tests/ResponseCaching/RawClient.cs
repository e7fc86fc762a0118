using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Tests.ResponseCaching;

/// <summary>One connection that asks and reads with as little work as possible, so that a herd of them measures the gateway and not itself.</summary>
internal sealed partial class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[65536];

    public static async Task<RawClient> ConnectAsync(string address)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(new Uri(address).Host, new Uri(address).Port);
        return client;
    }

    /// <summary>Asks for a path; the response must have a Content-Length.</summary>
    public async Task<Reply> AskAsync(string path, CancellationToken cancellation)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: measured.example\r\n\r\n");
        long began = Stopwatch.GetTimestamp();
        await _socket.SendAsync(request, cancellation);
        int filled = 0;
        int head;
        do
        {
            filled += await ReadAsync(_buffer.AsMemory(filled), cancellation);
            head = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }
        while (head < 0 || filled == head + 4);

        double firstByte = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        string fields = Encoding.Latin1.GetString(_buffer, 0, head);
        long left = long.Parse(ContentLength().Match(fields).Groups[1].ValueSpan, CultureInfo.InvariantCulture) - (filled - head - 4);
        while (left > 0)
        {
            left -= await ReadAsync(_buffer, cancellation);
        }

        return new Reply(int.Parse(fields.AsSpan(9, 3), CultureInfo.InvariantCulture), firstByte, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation) =>
        await _socket.ReceiveAsync(into, cancellation) is > 0 and var read ? read : throw new IOException("The gateway closed the connection.");

    [GeneratedRegex(@"\r\nContent-Length: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
