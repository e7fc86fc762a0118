using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>The gateway's end of a WebSocket to a client, into which the gateway itself can say that it closes.</summary>
internal sealed class ClosableSocket(Stream client) : WrappedStream(client)
{
    /// <summary>A close frame with status 1008, policy violation (RFC 6455 §5.5.1, §7.4.1); servers do not mask.</summary>
    private static readonly byte[] CloseFrame = [0x88, 0x02, 0x03, 0xF0];

    // Never disposed: a write that was under way may still let go of it.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly FrameTracker _frames = new();
    private bool _closing;
    private bool _closed;

    /// <summary>Says to the client that the connection closes: now, or after the frame that is under way. What the destination sends after that goes nowhere.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            _closing = true;
            await CloseBetweenFramesAsync(cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!_closed)
            {
                int taken = _frames.Take(buffer.Span, stopBetween: _closing);
                await Inner.WriteAsync(buffer[..taken], cancellationToken);
                await CloseBetweenFramesAsync(cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask CloseBetweenFramesAsync(CancellationToken cancellation)
    {
        if (_closing && !_closed && _frames.IsBetweenFrames)
        {
            _closed = true;
            if (!_frames.HasClosed)
            {
                await Inner.WriteAsync(CloseFrame, cancellation);
                await Inner.FlushAsync(cancellation);
            }
        }
    }
}
