using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>The user's end of the pipe of what is to be sent; held from each block taken until the advance.</summary>
/// <remarks>
/// When its reader is over, the client fails the requests in its queue, with the right error, and then completes this
/// writer. Were a flush to fail before that, they would fail from another thread with whatever it threw; were one to
/// succeed afterwards, its request would wait in a queue that nobody looks at again. So until the reader is over a
/// flush succeeds, even if nothing can be sent; from then on it waits for the completion, or disposal, and fails.
/// <see cref="CancelPendingFlush"/> does not end that wait: the client takes a cancelled flush for one that succeeded.
/// </remarks>
internal sealed class SendingWriter(PipeWriter writer, SocketConnection connection, ReceivedReader input) : PipeWriter
{
    private readonly TaskCompletionSource _refusing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Hold _hold;
    private long _written;
    private Exception? _completion;

    public long Written => Volatile.Read(ref _written);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        _hold.Take();
        return writer.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        writer.Advance(bytes);
        Volatile.Write(ref _written, _written + bytes);
        if (_hold.Release())
        {
            writer.Complete(_completion);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        => input.IsOver || _refusing.Task.IsCompleted ? RefuseAsync(cancellationToken) : writer.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        connection.TrySetShutdown(PipeShutdownKind.OutputWriterCompleted);
        _completion = exception;
        Refuse();
        if (_hold.TryComplete())
        {
            writer.Complete(exception);
        }
    }

    /// <summary>Fails the flush that waits and all to come.</summary>
    public void Refuse() => _refusing.TrySetResult();

    private async ValueTask<FlushResult> RefuseAsync(CancellationToken cancellationToken)
    {
        await _refusing.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        throw new IOException($"The connection {connection} is closed.");
    }
}
