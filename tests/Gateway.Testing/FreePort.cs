using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>
/// Loopback ports nobody listens on. Between the choice and the moment a started process binds, seconds may pass on a busy machine: so
/// they are below what systems hand out themselves (from 32768 on, or higher) to outgoing connections and to servers that ask for any port, and
/// test processes that run side by side each go their own way through them.
/// </summary>
public static class FreePort
{
    private const int First = 21_000;
    private const int Count = 11_000;
    private static int _last = (int)((uint)(Environment.ProcessId * 7_919) % Count);

    /// <summary>A second port for whom <see cref="Next"/> gave one, which it gives nobody.</summary>
    public static int PartnerOf(int port) => port - Count;

    public static int Next()
    {
        while (true)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
