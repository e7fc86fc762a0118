using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>Passes bytes between the client and a server, and spoils the replies when told to.</summary>
internal sealed class SpoilingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly int _serverPort;
    private readonly bool _isHttpProxy;
    private int _cutAfter = -1;
    private bool _reset;

    /// <param name="serverPort">The server behind the proxy.</param>
    /// <param name="isHttpProxy">Whether it asks for a CONNECT request first.</param>
    public SpoilingProxy(int serverPort, bool isHttpProxy = false)
    {
        _serverPort = serverPort;
        _isHttpProxy = isHttpProxy;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The first line of every CONNECT request.</summary>
    public ConcurrentBag<string> Requests { get; } = [];

    /// <summary>Lets so many bytes of the next longer piece through and ends that connection.</summary>
    public void CutNextReply(int after, bool reset)
    {
        _reset = reset;
        Volatile.Write(ref _cutAfter, after);
    }

    /// <summary>Sends every client bytes that the server never sent.</summary>
    public async Task InjectAsync(byte[] bytes)
    {
        foreach (TcpClient client in _clients.Where(client => client.Connected))
        {
            await client.GetStream().WriteAsync(bytes).AsTask().InTime();
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        foreach (TcpClient client in _clients)
        {
            client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
            {
                return; // disposed of
            }

            _clients.Add(client);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                if (_isHttpProxy)
                {
                    await AnswerConnectAsync(client.GetStream());
                }

                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), PassRepliesAsync(server.GetStream(), client));
            }
            catch (Exception ex) when (ex is IOException or SocketException or InvalidOperationException)
            {
                // One of them is gone, and both are closed now.
            }
        }
    }

    private async Task AnswerConnectAsync(NetworkStream client)
    {
        byte[] request = new byte[1000];
        int length = await client.ReadAsync(request);
        Requests.Add(Encoding.ASCII.GetString(request, 0, length).Split("\r\n")[0]);
        await client.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
    }

    private async Task PassRepliesAsync(NetworkStream server, TcpClient client)
    {
        byte[] piece = new byte[64 * 1024];
        int length;
        while ((length = await server.ReadAsync(piece)) > 0)
        {
            int cutAfter = Volatile.Read(ref _cutAfter);
            if (cutAfter >= 0 && length > cutAfter)
            {
                Volatile.Write(ref _cutAfter, -1);
                await client.GetStream().WriteAsync(piece.AsMemory(0, cutAfter));
                client.LingerState = new LingerOption(_reset, 0);
                return;
            }

            await client.GetStream().WriteAsync(piece.AsMemory(0, length));
        }
    }
}
