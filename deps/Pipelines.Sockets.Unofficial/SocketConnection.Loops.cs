using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

public sealed partial class SocketConnection
{
    private async Task ReceiveAsync()
    {
        PipeWriter writer = _received.Writer;
        try
        {
            TrySetShutdown(await ReceiveAllAsync(writer).ConfigureAwait(false));
        }
        catch (Exception ex)
        {
            RecordFailure(ex, PipeShutdownKind.ReadEndOfStream);
        }

        // The stream also ends when sending has failed; then that is what the user must hear.
        _input.EndWith(Volatile.Read(ref _failure));
        writer.Complete();
    }

    private async Task<PipeShutdownKind> ReceiveAllAsync(PipeWriter writer)
    {
        while (true)
        {
            int bytes = await _stream.ReadAsync(writer.GetMemory(_receiveSize), _ending.Token).ConfigureAwait(false);
            Volatile.Write(ref _lastReceived, bytes);
            if (bytes <= 0)
            {
                return PipeShutdownKind.ReadEndOfStream;
            }

            Volatile.Write(ref _bytesRead, _bytesRead + bytes);
            writer.Advance(bytes);
            if ((await writer.FlushAsync(_ending.Token).ConfigureAwait(false)).IsCompleted)
            {
                return PipeShutdownKind.ReadFlushCompleted;
            }
        }
    }

    private async Task SendAsync()
    {
        PipeReader reader = _sending.Reader;
        bool sentAll = false;
        try
        {
            await SendAllAsync(reader).ConfigureAwait(false);
            sentAll = true;
            TrySetShutdown(PipeShutdownKind.WriteEndOfStream);
        }
        catch (Exception ex)
        {
            RecordFailure(ex, PipeShutdownKind.WriteEndOfStream);
        }

        reader.Complete(); // lets a flush go that is held back
        await EndSendingAsync(sentAll).ConfigureAwait(false);
    }

    private async Task SendAllAsync(PipeReader reader)
    {
        ReadResult read;
        do
        {
            read = await reader.ReadAsync(_ending.Token).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                await _stream.WriteAsync(segment, _ending.Token).ConfigureAwait(false);
                Volatile.Write(ref _bytesSent, _bytesSent + segment.Length);
            }

            await _stream.FlushAsync(_ending.Token).ConfigureAwait(false);
            reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }

    // A peer is told when all has been sent, and may go on sending itself; a stream that is neither a socket's nor TLS
    // has no way to tell it. A failure to send ends the receiving too: on a socket, once what has arrived is received.
    private async Task EndSendingAsync(bool sentAll)
    {
        try
        {
            switch (_stream)
            {
                case NetworkStream network:
                    network.Socket.Shutdown(sentAll ? SocketShutdown.Send : SocketShutdown.Both);
                    break;
                case SslStream tls when sentAll:
                    await tls.ShutdownAsync().ConfigureAwait(false);
                    break;
                case not null when !sentAll:
                    _ending.Cancel();
                    break;
            }
        }
        catch (Exception)
        {
            // Down already, and why is on record.
        }
    }

    private void RecordFailure(Exception ex, PipeShutdownKind direction)
    {
        Interlocked.CompareExchange(ref _failure, ex, null);
        var socketException = ex as SocketException ?? ex.InnerException as SocketException;
        PipeShutdownKind kind = ex switch
        {
            ObjectDisposedException or OperationCanceledException => PipeShutdownKind.ReadDisposed,
            _ when socketException is not null => PipeShutdownKind.ReadSocketError,
            IOException => PipeShutdownKind.ReadIOException,
            _ => PipeShutdownKind.ReadException,
        };
        if (TrySetShutdown(kind - PipeShutdownKind.ReadEndOfStream + direction) && socketException is not null)
        {
            Volatile.Write(ref _socketError, (int)socketException.SocketErrorCode);
        }
    }
}
