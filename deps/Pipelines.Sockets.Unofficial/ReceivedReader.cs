using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>The user's end of the pipe of what was received; held from each read until the advance.</summary>
/// <remarks>
/// A pipe completed with an exception throws it at once and drops the bytes before it. A server that refuses a
/// connection says why and resets it, so here the bytes come first and the failure after them.
/// </remarks>
internal sealed class ReceivedReader(PipeReader reader, SocketConnection connection) : PipeReader
{
    private Hold _hold;
    private ReadOnlySequence<byte> _buffer; // of the read in progress
    private bool _isLast;                   // the read in progress is of the last bytes
    private long _seen;                     // bytes that the last advance examined and left
    private long _consumed;
    private bool _isOver;
    private Exception? _failure;            // written before the pipe is completed, read after
    private Exception? _completion;

    public long Consumed => Volatile.Read(ref _consumed);

    /// <summary>Whether the user has been through the last bytes, or met the failure after them.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>Says, before the pipe's writer is completed, what the input ends with; null for the end of the stream.</summary>
    public void EndWith(Exception? failure) => _failure = failure;

    public override bool TryRead(out ReadResult result)
    {
        _hold.Take();
        if (!reader.TryRead(out result))
        {
            Release(isOver: false);
            return false;
        }

        result = HandOver(result);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        _hold.Take();
        try
        {
            return HandOver(await reader.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            Release(isOver: false);
            throw;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long bytes = 0;
        _seen = 0;
        if (!_buffer.IsEmpty)
        {
            long offset = _buffer.GetOffset(consumed);
            bytes = offset - _buffer.GetOffset(_buffer.Start);
            _seen = _buffer.GetOffset(examined) - offset;
        }

        _buffer = default;
        reader.AdvanceTo(consumed, examined);
        Volatile.Write(ref _consumed, _consumed + bytes);
        Release(isOver: _isLast);
    }

    public override void CancelPendingRead() => reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        connection.TrySetShutdown(PipeShutdownKind.InputReaderCompleted);
        _completion = exception;
        if (_hold.TryComplete())
        {
            reader.Complete(exception);
        }
    }

    private ReadResult HandOver(ReadResult read)
    {
        if (read.IsCompleted && _failure is not null)
        {
            if (read.Buffer.Length <= _seen)
            {
                reader.AdvanceTo(read.Buffer.Start); // so that another read meets the failure again
                Release(isOver: true);
                throw new ConnectionResetException(_failure.Message, _failure);
            }

            read = new ReadResult(read.Buffer, read.IsCanceled, isCompleted: false);
        }

        (_buffer, _isLast) = (read.Buffer, read.IsCompleted);
        return read;
    }

    private void Release(bool isOver)
    {
        if (isOver)
        {
            Volatile.Write(ref _isOver, true);
        }

        if (_hold.Release())
        {
            reader.Complete(_completion);
        }
    }
}
