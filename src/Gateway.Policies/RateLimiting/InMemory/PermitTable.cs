using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>Counts by their key. What it finds is valid until another is added or dropped.</summary>
internal sealed class PermitTable<TKey>(MemoryBudget budget)
    where TKey : IEquatable<TKey>
{
    private readonly Dictionary<TKey, PermitSlot> _slots = [];
    private WordBlocks _blocks = new();

    public int Count => _slots.Count;

    /// <summary>The key's count, in the form that this request is counted in.</summary>
    public bool TryFind(TKey key, in PermitRequest request, out PermitCount count)
    {
        bool found = TryFind(key, out count);
        if (found && !count.Counts(request))
        {
            count.Rewrite(request, budget);
        }

        return found;
    }

    /// <summary>The key's count, in whatever form it is.</summary>
    public bool TryFind(TKey key, out PermitCount count)
    {
        ref PermitSlot slot = ref CollectionsMarshal.GetValueRefOrNullRef(_slots, key);
        bool found = !Unsafe.IsNullRef(ref slot);
        count = found ? new PermitCount(ref slot, _blocks) : default;
        return found;
    }

    /// <summary>A full table takes a fifth more at a time, not twice as much: there may be millions, and half of them empty would be most of the memory.</summary>
    public PermitCount Add(TKey key, in PermitRequest request)
    {
        if (_slots.Count == _slots.Capacity)
        {
            _slots.EnsureCapacity(_slots.Count + 1);
        }

        ref PermitSlot slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, key, out _);
        slot.Form = PermitCounting.FormOf(request);
        return new PermitCount(ref slot, _blocks);
    }

    /// <returns>False when there is no such key, or nothing of it is used any more.</returns>
    public bool Remove(TKey key, long now)
    {
        if (!TryFind(key, out PermitCount count))
        {
            return false;
        }

        bool live = now < count.Slot.DeadAt;
        count.Discard(budget);
        _slots.Remove(key);
        return live;
    }

    /// <summary>Drops the counts that have nothing live.</summary>
    public void Sweep(long now)
    {
        int before = _slots.Count;
        foreach ((TKey key, PermitSlot slot) in _slots)
        {
            if (now >= slot.DeadAt)
            {
                Remove(key, now);
            }
        }

        if (_slots.Count < before / 4)
        {
            _slots.TrimExcess();
        }

        if (_blocks.Let < _blocks.Capacity / 4)
        {
            Compact();
        }
    }

    /// <summary>Moves what is left into memory of its own.</summary>
    private void Compact()
    {
        var compact = new WordBlocks();
        foreach (TKey key in _slots.Keys)
        {
            ref PermitSlot slot = ref CollectionsMarshal.GetValueRefOrNullRef(_slots, key);
            if (!slot.Block.IsNone)
            {
                WordBlock moved = compact.Rent(slot.Block.Words);
                _blocks[slot.Block].CopyTo(compact[moved]);
                slot.Block = moved;
            }
        }

        _blocks = compact;
    }
}
