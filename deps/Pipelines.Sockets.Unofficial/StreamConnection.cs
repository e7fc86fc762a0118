using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Streams as pipes.</summary>
public static class StreamConnection
{
    /// <summary>Takes over a stream to read and write, such as one authenticated by TLS; disposing the pipe closes it.</summary>
    public static IDuplexPipe GetDuplex(
        Stream stream, PipeOptions? sendPipeOptions = null, PipeOptions? receivePipeOptions = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new SocketConnection(stream, sendPipeOptions, receivePipeOptions, name);
    }

    /// <summary>Reads a stream through a pipe; the stream stays its owner's to close.</summary>
    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null)
        => PipeReader.Create(stream, new StreamPipeReaderOptions(pipeOptions?.Pool, leaveOpen: true));
}
