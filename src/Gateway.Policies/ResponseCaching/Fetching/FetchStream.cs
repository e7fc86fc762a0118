using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The response body of a fetch, as the forwarding pipeline writes it.</summary>
internal sealed class FetchStream(FetchResponse response) : WriteOnlyStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        response.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => response.StartAsync(cancellationToken);

    /// <summary>As in Kestrel, only asynchronous writes are allowed.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    public override void Flush()
    {
    }
}
