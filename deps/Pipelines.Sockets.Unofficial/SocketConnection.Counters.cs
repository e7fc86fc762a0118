using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

public sealed partial class SocketConnection
{
    /// <summary>Says where the bytes of the connection are, for the client's error messages. Never throws.</summary>
    public Counters GetCounters()
        => new(AvailableOnSocket(), Math.Max(0, BytesRead - _input.Consumed), Math.Max(0, _output.Written - BytesSent));

    private long AvailableOnSocket()
    {
        try
        {
            return _stream is NetworkStream { Socket: Socket socket } ? socket.Available : Counters.Unknown;
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            return Counters.Unknown; // closed
        }
    }

    /// <summary>Where the bytes of a connection are.</summary>
    public readonly struct Counters
    {
        internal const long Unknown = -1;

        internal Counters(long availableOnSocket, long waitingToBeRead, long waitingToBeSent)
        {
            BytesAvailableOnSocket = availableOnSocket;
            BytesWaitingToBeRead = waitingToBeRead;
            BytesWaitingToBeSent = waitingToBeSent;
        }

        /// <summary>Bytes that arrived and were not received yet; -1 when not known: a TLS stream, or a closed socket.</summary>
        public long BytesAvailableOnSocket { get; }

        /// <summary>Bytes received and not consumed from the input yet.</summary>
        public long BytesWaitingToBeRead { get; }

        /// <summary>Bytes written to the output and not sent yet.</summary>
        public long BytesWaitingToBeSent { get; }
    }
}
