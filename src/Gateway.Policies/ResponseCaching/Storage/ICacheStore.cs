using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>
/// Where entries lie. A store throws <see cref="StoreUnavailableException"/> when it cannot answer; the cache then goes on without it.
/// What it returns is a whole entry that matches the lookup, or null; it may be stale, purged by tag, or useless: the caller judges.
/// </summary>
internal interface ICacheStore
{
    /// <summary>The entry of the URI whose variant fits the request; of several the preferred one (<see cref="CacheEntry.IsPreferredTo"/>). Null: none.</summary>
    ValueTask<CacheEntry?> GetAsync(VariantLookup lookup, WaitBudget wait);

    /// <summary>Stores the entry in place of the one with the same key. An entry fetched before its URI was last invalidated is dropped.</summary>
    ValueTask SetAsync(CacheEntry entry, WaitBudget wait);

    /// <summary>Begins to store an entry whose body is still to come; null: this store only takes whole ones.</summary>
    /// <param name="head">Without its body.</param>
    /// <param name="length">Bytes of the body.</param>
    IEntryUpload? BeginUpload(CacheEntry head, long length) => null;

    /// <summary>Removes every variant of the URI; a fetch that began before <paramref name="stamp"/> can no longer store it.</summary>
    ValueTask InvalidateAsync(string uri, long stamp, WaitBudget wait);
}
