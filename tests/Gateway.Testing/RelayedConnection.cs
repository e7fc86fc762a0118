using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Gateway.Testing;

/// <summary>One connection through a <see cref="TcpRelay"/>.</summary>
internal sealed class RelayedConnection(TcpRelay relay, Socket client) : IDisposable
{
    private const int Backlog = 256;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Bytes were thrown away: what follows would make no sense.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Nothing comes through any more, whatever the relay does; neither end is told.</summary>
    public bool IsAbandoned { get; set; }

    public async Task RunAsync(int target)
    {
        client.NoDelay = true;
        await relay.FlowingAsync();
        await _server.ConnectAsync(IPAddress.Loopback, target, relay.Stopping);
        Task[] both = [.. Direction(client, _server), .. Direction(_server, client)];
        await await Task.WhenAny(both);
        Cut();
        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends both halves with a reset.</summary>
    public void Cut()
    {
        client.Close(0);
        _server.Close(0);
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private Task[] Direction(Socket from, Socket to)
    {
        var line = Channel.CreateBounded<(long Read, byte[] Bytes)>(Backlog);
        return [ReadAsync(from, line.Writer), WriteAsync(line.Reader, to)];
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(long Read, byte[] Bytes)> line)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int length; (length = await from.ReceiveAsync(buffer, relay.Stopping)) > 0;)
        {
            if (relay.Mode == RelayMode.Drop || IsAbandoned)
            {
                HasLost = true;
                continue;
            }

            await line.WriteAsync((Stopwatch.GetTimestamp(), buffer[..length]), relay.Stopping);
        }
    }

    private async Task WriteAsync(ChannelReader<(long Read, byte[] Bytes)> line, Socket to)
    {
        await foreach ((long read, byte[] bytes) in line.ReadAllAsync(relay.Stopping))
        {
            TimeSpan left = relay.Delay - Stopwatch.GetElapsedTime(read);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, relay.Stopping);
            }

            await relay.FlowingAsync();
            for (int sent = 0; sent < bytes.Length;)
            {
                sent += await to.SendAsync(bytes.AsMemory(sent), relay.Stopping);
            }

            await relay.CarriedAsync(bytes.Length);
        }
    }
}
