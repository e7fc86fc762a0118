using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.InMemory;

/// <summary>An entry's place in memory: the entry, and what eviction knows of it.</summary>
internal sealed class MemorySlot(CacheEntry entry, long size, int generation)
{
    private int _uses;

    public CacheEntry Entry { get; } = entry;

    public long Size { get; } = size;

    /// <summary>The store's generation when it was put in; see <see cref="MemoryCacheStore.Distrust"/>.</summary>
    public int Generation { get; } = generation;

    /// <summary>Uses since it came or was last passed over, at most 3.</summary>
    public int Uses => Volatile.Read(ref _uses);

    /// <summary>False once it was replaced, invalidated or evicted: its place in a queue is then only skipped.</summary>
    public bool IsLive { get; set; } = true;

    /// <summary>Counting need not be exact: a lost use costs nothing.</summary>
    public void Used()
    {
        int uses = Volatile.Read(ref _uses);
        if (uses < 3)
        {
            Volatile.Write(ref _uses, uses + 1);
        }
    }

    /// <summary>Takes one use away; false when there was none left.</summary>
    public bool TakeUse()
    {
        int uses = Volatile.Read(ref _uses);
        Volatile.Write(ref _uses, Math.Max(0, uses - 1));
        return uses > 0;
    }
}
