namespace Pipelines.Sockets.Unofficial;

/// <summary>Why a connection was shut down: the first reason of either direction.</summary>
/// <remarks>The client is compiled against the numbers 100 and 400, and prints the names in its error messages.</remarks>
public enum PipeShutdownKind
{
    None = 0,
    PipeDisposed = 1,

    ReadEndOfStream = 100,
    ReadDisposed = 101,
    ReadIOException = 102,
    ReadException = 103,
    ReadSocketError = 104,
    ReadFlushCompleted = 105,

    // As for reading, each a hundred up: SocketConnection counts on the distance.
    WriteEndOfStream = 200,
    WriteDisposed = 201,
    WriteIOException = 202,
    WriteException = 203,
    WriteSocketError = 204,

    InputReaderCompleted = 300,
    OutputWriterCompleted = 301,

    // From here on what the protocol asked for rather than what befell the connection.
    ProtocolExitClient = 400,
    ProtocolExitServer = 401,
}
