using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>Takes the response of a detached request as it arrives.</summary>
internal interface IFetchSink
{
    /// <summary>Status, reason phrase and header fields are known; called once, before any byte of the body.</summary>
    void Begin(int status, string? reason, IHeaderDictionary headers);

    ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);
}
