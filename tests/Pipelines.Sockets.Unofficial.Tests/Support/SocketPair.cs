using System.Net;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>Two sockets connected to each other over loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket near, Socket far)
    {
        Near = near;
        Far = far;
    }

    /// <summary>The one to put under test.</summary>
    public Socket Near { get; }

    /// <summary>Its peer.</summary>
    public Socket Far { get; }

    public static async Task<SocketPair> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndPoint!).InTime();
        return new SocketPair(near, await listener.AcceptAsync().InTime());
    }

    /// <summary>Has the peer end the connection by a reset instead of an orderly end.</summary>
    public void ResetFar() => Reset(Far);

    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
