using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>
/// An entry that goes to the shared store while its body is still being fetched: other gateways can serve it as it comes. Throws
/// <see cref="StoreUnavailableException"/> when the store cannot answer; the upload is then to be abandoned.
/// </summary>
internal interface IEntryUpload
{
    /// <summary>Bytes that <see cref="AppendAsync"/> takes at most.</summary>
    int MaxStretch { get; }

    /// <summary>Adds the next stretch of the body; the first makes the entry known to other gateways. False: it may not be stored.</summary>
    ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> stretch);

    /// <summary>All of the body has been appended: the entry lasts for its own time from now on.</summary>
    ValueTask CompleteAsync(CacheEntry entry);

    /// <summary>The rest does not come: whoever serves it breaks off, and what was uploaded is gone soon. Never throws.</summary>
    ValueTask AbandonAsync();
}
