using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing;

/// <summary>A connection that speaks to one redis-server by hand, so that a test's commands need no client library.</summary>
internal sealed class RedisLine : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;

    public static async Task<RedisLine> OpenAsync(int port, string? password, RedisTls? tls)
    {
        var line = new RedisLine();
        await line._client.ConnectAsync(IPAddress.Loopback, port);
        line._stream = tls is null ? line._client.GetStream() : await tls.SecureAsync(line._client.GetStream());
        line._reader = new StreamReader(line._stream, Encoding.Latin1);
        if (password is not null)
        {
            await line.SendAsync($"AUTH {password}");
        }
        else if (tls is not null)
        {
            await line.SendAsync($"AUTH {RedisTls.User} {tls.Password}");
        }

        return line;
    }

    /// <summary>The answer's first line as it came.</summary>
    public async Task<string?> SendAsync(string command)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        return await _reader.ReadLineAsync();
    }

    /// <summary>The whole answer; the items of a list one a line.</summary>
    public async Task<string> AskAsync(string command) => await ReadAsync(await SendAsync(command), command);

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _stream.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadAsync(string? first, string command)
    {
        switch (first?[0])
        {
            case '+' or ':':
                return first[1..];
            case '$':
                int length = int.Parse(first.AsSpan(1), CultureInfo.InvariantCulture);
                return length < 0 ? "" : await ReadAsync(length);
            case '*':
                int items = int.Parse(first.AsSpan(1), CultureInfo.InvariantCulture);
                var text = new StringBuilder();
                for (int i = 0; i < items; i++)
                {
                    text.Append(await ReadAsync(await _reader.ReadLineAsync(), command)).Append('\n');
                }

                return text.ToString();
            default:
                throw new InvalidOperationException($"{command}: {first ?? "the connection ended"}");
        }
    }

    private async Task<string> ReadAsync(int length)
    {
        char[] text = new char[length + 2];
        await _reader.ReadBlockAsync(text);
        return new string(text, 0, length);
    }
}
