using System.IO.Pipelines;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Telemetry;

/// <summary>
/// Counts the bytes of a response body on their way to the connection, on either way to write it. Bytes of an upgraded
/// connection (WebSockets) are not a response body and are not counted.
/// </summary>
internal sealed class ResponseByteCounter(IHttpResponseBodyFeature inner) : WriteOnlyStream, IHttpResponseBodyFeature
{
    private readonly Stream _stream = inner.Stream;
    private CountedPipeWriter? _writer;
    private long _written;

    /// <summary>Counts the body of this request's response from now on.</summary>
    public static ResponseByteCounter In(HttpContext context)
    {
        var body = new ResponseByteCounter(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        return body;
    }

    public long Written => _written + (_writer?.Written ?? 0);

    Stream IHttpResponseBodyFeature.Stream => this;

    public PipeWriter Writer => _writer ??= new CountedPipeWriter(inner.Writer);

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await inner.SendFileAsync(path, offset, count, cancellationToken);
        _written += count ?? (new FileInfo(path).Length - offset);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written += buffer.Length;
        return _stream.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        _written += count;
        _stream.Write(buffer, offset, count);
    }

    public override void Flush() => _stream.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _stream.FlushAsync(cancellationToken);
}
