using System.Net;

namespace Gateway.Tests.EndToEnd;

/// <summary>A request body that the test writes piece by piece while it reads the response.</summary>
internal sealed class DuplexContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task WriteAsync(byte[] piece, CancellationToken cancellation)
    {
        Stream stream = await _stream.Task.WaitAsync(cancellation);
        await stream.WriteAsync(piece, cancellation);
        await stream.FlushAsync(cancellation);
    }

    public void Complete() => _done.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // The header section goes out before the first piece.
        await stream.FlushAsync();
        _stream.SetResult(stream);
        await _done.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
