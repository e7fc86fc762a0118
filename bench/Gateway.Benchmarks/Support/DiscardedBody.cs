using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Benchmarks.Support;

/// <summary>A response body that is written into one buffer over and over and goes nowhere.</summary>
internal sealed class DiscardedBody(BenchResponse response) : PipeWriter, IHttpResponseBodyFeature
{
    private byte[] _buffer = new byte[64 * 1024];

    public Stream Stream => AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        _buffer = sizeHint > _buffer.Length ? new byte[sizeHint] : _buffer;
        return _buffer;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Task started = response.StartAsync();
        return started.IsCompletedSuccessfully ? default : StartedAsync(started);
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => response.StartAsync();

    public Task CompleteAsync() => response.StartAsync();

    public void DisableBuffering()
    {
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("No benchmark sends a file.");

    private static async ValueTask<FlushResult> StartedAsync(Task started)
    {
        await started;
        return default;
    }
}
