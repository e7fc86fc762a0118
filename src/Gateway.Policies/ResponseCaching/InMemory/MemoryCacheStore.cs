using System.Collections.Concurrent;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.InMemory;

/// <summary>
/// Entries in this process, at most as many bytes as configured. Reads take no lock. Dead slots keep their bytes accounted until they
/// leave the queues, so the bound holds at every moment for what is reachable.
/// </summary>
internal sealed class MemoryCacheStore(ResponseCachingOptions options) : ICacheStore
{
    private readonly ConcurrentDictionary<string, UriNode> _uris = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly EvictionQueues _queues = new(options.Memory.Bytes);
    private int _generation;
    private int _entries;
    private long _bytes;

    /// <summary>Called with each entry that leaves for want of space.</summary>
    public Action<CacheEntry>? Evicted { get; set; }

    public int Entries => Volatile.Read(ref _entries);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The slot whose variant fits the request; of several the most recent.</summary>
    public MemorySlot? Find(VariantLookup lookup)
    {
        if (!_uris.TryGetValue(lookup.Uri, out UriNode? node))
        {
            return null;
        }

        MemorySlot? best = null;
        foreach (string[] varyNames in node.VaryLists)
        {
            string variant = lookup.For(varyNames);
            foreach (MemorySlot slot in node.Slots)
            {
                if (slot.Entry.Variant == variant && (best is null || slot.Entry.Date > best.Entry.Date))
                {
                    best = slot;
                    break;
                }
            }
        }

        best?.Used();
        return best;
    }

    /// <summary>True when some variant of the URI is here, whether or not it fits any request.</summary>
    public bool Knows(string uri) => _uris.ContainsKey(uri);

    /// <summary>The Vary names of the URI's newest variant; null when none is here.</summary>
    public string[]? VaryOf(string uri) => _uris.TryGetValue(uri, out UriNode? node) ? node.Slots[0].Entry.VaryNames : null;

    /// <summary>True while nothing was missed since the slot was filled.</summary>
    public bool IsTrusted(MemorySlot slot) => slot.Generation == Volatile.Read(ref _generation);

    /// <summary>Invalidations may have been missed: what is here now needs a second look before it is served.</summary>
    public void Distrust() => Interlocked.Increment(ref _generation);

    public ValueTask<CacheEntry?> GetAsync(VariantLookup lookup, WaitBudget wait) => new(Find(lookup)?.Entry);

    public ValueTask SetAsync(CacheEntry entry, WaitBudget wait)
    {
        Set(entry);
        return default;
    }

    public ValueTask InvalidateAsync(string uri, long stamp, WaitBudget wait)
    {
        Remove(uri);
        return default;
    }

    public void Set(CacheEntry entry)
    {
        var slot = new MemorySlot(entry, entry.Size, Volatile.Read(ref _generation));
        if (slot.Size > options.Memory.Bytes / 2)
        {
            return;
        }

        lock (_gate)
        {
            MemorySlot[] old = _uris.TryGetValue(entry.Uri, out UriNode? node) ? node.Slots : [];
            var slots = new List<MemorySlot>(old.Length + 1) { slot };
            foreach (MemorySlot other in old)
            {
                bool keep = other.Entry.Variant != entry.Variant && slots.Count < options.MaxVariants;
                (keep ? slots.Add : (Action<MemorySlot>)Kill)(other);
            }

            _uris[entry.Uri] = new UriNode([.. slots]);
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
            if (!_uris.TryRemove(uri, out UriNode? node))
            {
                return false;
            }

            Array.ForEach(node.Slots, Kill);
            _queues.Compact(_entries);
            return true;
        }
    }

    /// <summary>Takes one entry out, unless another has taken its place.</summary>
    public void Remove(MemorySlot slot)
    {
        lock (_gate)
        {
            Detach(slot);
            _queues.Compact(_entries);
        }
    }

    public void Clear()
    {
        foreach (string uri in _uris.Keys)
        {
            Remove(uri);
        }
    }

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
