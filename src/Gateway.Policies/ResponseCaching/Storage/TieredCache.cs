using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>
/// Memory, and behind it the store that gateways share. While that one is away, what memory has is served and the rest is fetched; an
/// invalidation that it missed is sent later, and until then this process remembers it.
/// </summary>
internal sealed class TieredCache(
    IEntryMemory memory, ICacheStore? shared, PurgeEpochs epochs, FetchTable fetches, IPurgeBus? bus, CacheMetrics metrics)
{
    /// <summary>How long work that no request waits for may wait on the shared store.</summary>
    private static readonly TimeSpan BackgroundWait = TimeSpan.FromSeconds(2);

    /// <summary>The latest purge known: the stamp of a fetch that begins now.</summary>
    public long Stamp => epochs.Now;

    /// <summary>The entry that fits the request, where memory has it and is certain of it.</summary>
    public bool TryFindHere(VariantLookup lookup, out FoundEntry found) => TryJudge(memory.Find(lookup), out found);

    /// <summary>The entry that fits the request, from memory without waiting where memory has it.</summary>
    public ValueTask<FoundEntry> FindAsync(VariantLookup lookup, WaitBudget wait)
    {
        RememberedEntry local = memory.Find(lookup);
        return TryJudge(local, out FoundEntry found) ? new ValueTask<FoundEntry>(found)
            : shared is null ? default
            : FindSharedAsync(lookup, local.Entry, wait);
    }

    /// <summary>What <see cref="Keep"/> wants to know of the moment a fetch begins.</summary>
    public int Generation => memory.Generation;

    /// <summary>The Vary names of the newest variant of the URI in memory; null when none is known.</summary>
    public string[]? VaryOf(string uri) => memory.VaryOf(uri);

    /// <summary>The variants of the URI in memory that no purge has reached, newest first.</summary>
    public IReadOnlyList<CacheEntry> VariantsOf(string uri) => memory.VariantsOf(uri) is { Count: > 0 } all
        ? [.. all.Where(entry => epochs.Judge(entry) is not PurgeValidity.Void)]
        : [];

    /// <summary>Puts an entry into memory, unless it was purged while it was fetched.</summary>
    /// <param name="entry">What was fetched.</param>
    /// <param name="generation"><see cref="Generation"/> when its fetch began.</param>
    public void Keep(CacheEntry entry, int generation)
    {
        if (epochs.Judge(entry) is not PurgeValidity.Void)
        {
            memory.Set(entry, generation);
            RemoveIfBroken(entry);
        }
    }

    /// <summary>Gives an entry to the other gateways while its body is fetched; null: it can only be given whole.</summary>
    public IEntryUpload? BeginUpload(CacheEntry head, long length) => shared?.BeginUpload(head, length);

    /// <summary>Gives an entry to the other gateways; never throws.</summary>
    public async ValueTask ShareAsync(CacheEntry entry)
    {
        if (shared is null || epochs.Judge(entry) is PurgeValidity.Void || !await entry.Body.Arrival)
        {
            return;
        }

        try
        {
            await shared.SetAsync(entry, new WaitBudget { Limit = BackgroundWait });
        }
        catch (StoreUnavailableException)
        {
            metrics.SharedStoreFailed("set");
        }
    }

    /// <summary>Removes every variant of a URI, here and at all gateways. Never throws.</summary>
    public async ValueTask InvalidateAsync(string uri, WaitBudget wait)
    {
        long stamp = epochs.Now;
        Forget(uri);
        if (shared is null)
        {
            return;
        }

        bool reached = await TryInvalidateSharedAsync(uri, stamp, wait);
        var notice = new PurgeNotice(PurgeKind.Url, uri, Soft: false, Brief: reached);
        if (!reached)
        {
            // What the shared store still has of the URI is void, for this process now and for all once it can be told.
            epochs.Apply(notice, epochs.Next());
        }

        if (bus is not null)
        {
            await bus.AnnounceAsync(notice, wait);
        }
    }

    /// <summary>Removes a URI from this process, and keeps what is on its way from being stored.</summary>
    public void Forget(string uri)
    {
        fetches.MakeVoid(uri);
        memory.Remove(uri);
    }

    /// <summary>The entry of the shared store alone, since another gateway has just brought it; memory takes it over.</summary>
    public ValueTask<FoundEntry> FindSharedAsync(VariantLookup lookup, WaitBudget wait) => shared is null ? default : FindSharedAsync(lookup, null, wait);

    private async ValueTask<bool> TryInvalidateSharedAsync(string uri, long stamp, WaitBudget wait)
    {
        try
        {
            await shared!.InvalidateAsync(uri, stamp, wait);
            return true;
        }
        catch (StoreUnavailableException)
        {
            metrics.SharedStoreFailed("invalidate");
            return false;
        }
    }

    private async ValueTask<FoundEntry> FindSharedAsync(VariantLookup lookup, CacheEntry? local, WaitBudget wait)
    {
        FillTicket ticket = memory.Watch(lookup.Uri);
        if (bus is { IsCurrent: false } && !await bus.ReadAsync(wait))
        {
            // Who does not know what was purged cannot tell what the others' entries are worth.
            return local is null ? default : Judge(local);
        }

        try
        {
            CacheEntry? entry = await shared!.GetAsync(lookup, wait);
            FoundEntry found = entry is null ? default : Judge(entry);
            metrics.SharedLookup(found.Entry is not null);
            if (found.Entry is not null)
            {
                Fill(lookup, found.Entry, ticket);
            }
            else if (local is not null)
            {
                memory.Remove(local);
            }

            return found;
        }
        catch (StoreUnavailableException)
        {
            metrics.SharedStoreFailed("get");
            return local is null ? default : Judge(local);
        }
    }

    /// <summary>A herd that waited for one read brings one entry: the first puts it in.</summary>
    private void Fill(VariantLookup lookup, CacheEntry entry, FillTicket ticket)
    {
        if (memory.Find(lookup) is not { IsTrusted: true } known || !ReferenceEquals(known.Entry, entry))
        {
            memory.Fill(entry, ticket);
            RemoveIfBroken(entry);
        }
    }

    /// <summary>A body that is still on its way is in memory already, so that all who ask send the same; it goes where the rest does not come.</summary>
    private void RemoveIfBroken(CacheEntry entry)
    {
        if (!entry.Body.IsWhole)
        {
            _ = WatchAsync(entry);
        }
    }

    private async Task WatchAsync(CacheEntry entry)
    {
        if (!await entry.Body.Arrival)
        {
            memory.Remove(entry);
        }
    }

    /// <summary>
    /// Memory alone decides where nobody else can invalidate, where every invalidation is heard, and where there is nobody to ask. Between
    /// losing the subscription and reading the purges again, nothing in it is served without a look at the shared store.
    /// </summary>
    private bool IsCertain(RememberedEntry local) =>
        shared is null || (bus is null or { IsCurrent: true } ? local.IsTrusted : bus is { IsReachable: false });

    private bool TryJudge(RememberedEntry local, out FoundEntry found)
    {
        found = local.Entry is { Body.IsBroken: false } entry && IsCertain(local) ? Judge(entry) : default;
        return found.Entry is not null;
    }

    private FoundEntry Judge(CacheEntry entry) => epochs.Judge(entry) switch
    {
        PurgeValidity.Void => default,
        PurgeValidity.Stale => new FoundEntry(entry, SoftPurged: true),
        _ => new FoundEntry(entry, SoftPurged: false),
    };
}
