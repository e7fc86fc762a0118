using System.Collections.Concurrent;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.InMemory;

/// <summary>
/// Entries in this process, at most as many bytes as configured. Reads take no lock. Dead slots keep their bytes accounted until they
/// leave the queues, so the bound holds at every moment for what is reachable.
/// </summary>
internal sealed class MemoryCacheStore(ResponseCachingOptions options) : IEntryMemory
{
    private readonly ConcurrentDictionary<string, UriNode> _uris = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    /// <summary>Removals of URIs, by their hash: those that share a place cost each other a fill, no more.</summary>
    private readonly long[] _removals = new long[4096];
    private readonly EvictionQueues _queues = new(options.Memory.Bytes);
    private int _generation;
    private int _entries;
    private long _bytes;

    public Action<CacheEntry>? Evicted { get; set; }

    public int Entries => Volatile.Read(ref _entries);

    public long Bytes => Interlocked.Read(ref _bytes);

    public RememberedEntry Find(VariantLookup lookup)
    {
        if (!_uris.TryGetValue(lookup.Uri, out UriNode? node))
        {
            return default;
        }

        MemorySlot? best = null;
        foreach (string[] varyNames in node.VaryLists)
        {
            string variant = lookup.For(varyNames);
            foreach (MemorySlot slot in node.Slots)
            {
                if (slot.Entry.Variant == variant && (best is null || slot.Entry.IsPreferredTo(best.Entry)))
                {
                    best = slot;
                    break;
                }
            }
        }

        best?.Used();
        return best is null ? default : new RememberedEntry(best.Entry, best.Generation == Volatile.Read(ref _generation));
    }

    public string[]? VaryOf(string uri) => _uris.TryGetValue(uri, out UriNode? node) ? node.Slots[0].Entry.VaryNames : null;

    public IReadOnlyList<CacheEntry> VariantsOf(string uri) =>
        _uris.TryGetValue(uri, out UriNode? node) ? Array.ConvertAll(node.Slots, slot => slot.Entry) : [];

    public int Generation => Volatile.Read(ref _generation);

    public FillTicket Watch(string uri) => new(Generation, Volatile.Read(ref RemovalsOf(uri)));

    public void Distrust() => Interlocked.Increment(ref _generation);

    public ValueTask<CacheEntry?> GetAsync(VariantLookup lookup, WaitBudget wait) => new(Find(lookup).Entry);

    public ValueTask SetAsync(CacheEntry entry, WaitBudget wait)
    {
        Set(entry, Generation);
        return default;
    }

    public ValueTask InvalidateAsync(string uri, long stamp, WaitBudget wait)
    {
        Remove(uri);
        return default;
    }

    public void Set(CacheEntry entry) => Set(entry, Generation);

    public void Set(CacheEntry entry, int generation) => Set(entry, generation, removals: null);

    public void Fill(CacheEntry entry, FillTicket ticket) => Set(entry, ticket.Generation, ticket.Removals);

    private void Set(CacheEntry entry, int generation, long? removals)
    {
        var slot = new MemorySlot(entry, entry.Size, generation);
        if (slot.Size > options.Memory.Bytes / 2)
        {
            return;
        }

        lock (_gate)
        {
            if (removals is { } known && known != RemovalsOf(entry.Uri))
            {
                return;
            }

            _uris[entry.Uri] = _uris.TryGetValue(entry.Uri, out UriNode? node) ? With(node, slot) : new UriNode([slot]);
            _entries++;
            _bytes += slot.Size;
            _queues.Add(slot);
            MakeRoom();
        }
    }

    public bool Remove(string uri)
    {
        lock (_gate)
        {
            RemovalsOf(uri)++;
            if (!_uris.TryRemove(uri, out UriNode? node))
            {
                return false;
            }

            Array.ForEach(node.Slots, Kill);
            _queues.Compact(_entries);
            return true;
        }
    }

    public void Remove(CacheEntry entry)
    {
        lock (_gate)
        {
            MemorySlot[] slots = _uris.TryGetValue(entry.Uri, out UriNode? node) ? node.Slots : [];
            if (Array.Find(slots, slot => ReferenceEquals(slot.Entry, entry)) is { } slot)
            {
                Detach(slot);
                _queues.Compact(_entries);
            }
        }
    }

    public void Clear()
    {
        foreach (string uri in _uris.Keys)
        {
            Remove(uri);
        }
    }

    /// <summary>The slot beside the URI's other variants; of too many, one goes.</summary>
    private UriNode With(UriNode node, MemorySlot slot)
    {
        var slots = new List<MemorySlot>(node.Slots.Length + 1) { slot };
        foreach (MemorySlot other in node.Slots)
        {
            (other.Entry.Variant != slot.Entry.Variant ? slots.Add : (Action<MemorySlot>)Kill)(other);
        }

        if (slots.Count > options.MaxVariants)
        {
            // The least used, of those the oldest: a flood of made-up variants does not drive out the one everybody asks for.
            MemorySlot victim = slots.Skip(1).Reverse().MinBy(other => other.Uses)!;
            slots.Remove(victim);
            Kill(victim);
        }

        return new UriNode([.. slots]);
    }

    private ref long RemovalsOf(string uri) => ref _removals[(uint)uri.GetHashCode(StringComparison.Ordinal) % (uint)_removals.Length];

    private void MakeRoom()
    {
        _queues.Compact(_entries);
        while (_queues.NextVictim() is { } victim)
        {
            Detach(victim);
            Evicted?.Invoke(victim.Entry);
        }
    }

    private void Detach(MemorySlot slot)
    {
        if (!slot.IsLive)
        {
            return;
        }

        Kill(slot);
        MemorySlot[] rest = Array.FindAll(_uris[slot.Entry.Uri].Slots, other => !ReferenceEquals(other, slot));
        if (rest.Length == 0)
        {
            _uris.TryRemove(slot.Entry.Uri, out _);
        }
        else
        {
            _uris[slot.Entry.Uri] = new UriNode(rest);
        }
    }

    private void Kill(MemorySlot slot)
    {
        slot.IsLive = false;
        _entries--;
        _bytes -= slot.Size;
    }
}
