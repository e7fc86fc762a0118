namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>The entries of this process: a store that answers at once, and knows when it may have missed an invalidation.</summary>
internal interface IEntryMemory : ICacheStore
{
    /// <summary>Called with each entry that leaves for want of space.</summary>
    Action<CacheEntry>? Evicted { get; set; }

    int Entries { get; }

    /// <summary>Bytes held by entries, with their keys, fields and tags.</summary>
    long Bytes { get; }

    /// <summary>The entry that fits the request; of several the most recent.</summary>
    RememberedEntry Find(VariantLookup lookup);

    /// <summary>The Vary names of the URI's newest variant; null when none is here.</summary>
    string[]? VaryOf(string uri);

    /// <summary>Every variant of the URI that is here, newest first.</summary>
    IReadOnlyList<CacheEntry> VariantsOf(string uri);

    /// <summary>Goes up with every <see cref="Distrust"/>.</summary>
    int Generation { get; }

    /// <summary>Puts in what was fetched.</summary>
    /// <param name="entry">Takes the place of the one with the same key.</param>
    /// <param name="generation"><see cref="Generation"/> when its fetch began.</param>
    void Set(CacheEntry entry, int generation);

    /// <summary>Before a read of the shared store.</summary>
    FillTicket Watch(string uri);

    /// <summary>Puts in what was read from the shared store, unless the URI was invalidated since the ticket was taken.</summary>
    void Fill(CacheEntry entry, FillTicket ticket);

    /// <summary>Removes every variant of the URI; false when there was none.</summary>
    bool Remove(string uri);

    /// <summary>Removes this very entry; one that has taken its place stays.</summary>
    void Remove(CacheEntry entry);

    /// <summary>Invalidations may have been missed: what is here now needs a second look before it is served.</summary>
    void Distrust();
}
