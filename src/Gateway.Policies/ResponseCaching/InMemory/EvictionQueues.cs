namespace Gateway.Policies.ResponseCaching.InMemory;

/// <summary>
/// S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023), weighted by bytes: a newcomer waits in a small
/// queue, a tenth of the space, and goes on to the main queue only if it is used there; a ghost list of hashes lets what was evicted too
/// early go straight to the main queue. Not safe for concurrent use: the store's lock guards it.
/// </summary>
internal sealed class EvictionQueues(long capacity)
{
    private readonly Queue<MemorySlot> _small = new();
    private readonly Queue<MemorySlot> _main = new();
    private readonly Queue<int> _ghosts = new();
    private readonly HashSet<int> _ghostHashes = [];
    private long _smallBytes;
    private long _mainBytes;

    public long Bytes => _smallBytes + _mainBytes;

    public void Add(MemorySlot slot)
    {
        if (_ghostHashes.Contains(HashOf(slot)))
        {
            _main.Enqueue(slot);
            _mainBytes += slot.Size;
        }
        else
        {
            _small.Enqueue(slot);
            _smallBytes += slot.Size;
        }
    }

    /// <summary>The next slot that has to go for the total to fit; null when it fits. Dead slots leave on the way.</summary>
    public MemorySlot? NextVictim()
    {
        while (Bytes > capacity && (_small.Count > 0 || _main.Count > 0))
        {
            bool fromSmall = _main.Count == 0 || (_small.Count > 0 && _smallBytes > capacity / 10);
            if ((fromSmall ? FromSmall() : FromMain()) is { } victim)
            {
                return victim;
            }
        }

        return null;
    }

    /// <summary>Drops dead slots once they are the most of what is queued, so that they do not hold memory.</summary>
    public void Compact(int live)
    {
        if (_small.Count + _main.Count > (2 * live) + 64)
        {
            _smallBytes = Keep(_small);
            _mainBytes = Keep(_main);
        }
    }

    private static long Keep(Queue<MemorySlot> queue)
    {
        long bytes = 0;
        for (int left = queue.Count; left > 0; left--)
        {
            MemorySlot slot = queue.Dequeue();
            if (slot.IsLive)
            {
                queue.Enqueue(slot);
                bytes += slot.Size;
            }
        }

        return bytes;
    }

    private MemorySlot? FromSmall()
    {
        MemorySlot slot = _small.Dequeue();
        _smallBytes -= slot.Size;
        if (slot.IsLive && slot.Uses > 0)
        {
            _main.Enqueue(slot);
            _mainBytes += slot.Size;
            return null;
        }

        if (slot.IsLive)
        {
            Remember(HashOf(slot));
        }

        return slot.IsLive ? slot : null;
    }

    private MemorySlot? FromMain()
    {
        MemorySlot slot = _main.Dequeue();
        if (slot.IsLive && slot.TakeUse())
        {
            _main.Enqueue(slot);
            return null;
        }

        _mainBytes -= slot.Size;
        return slot.IsLive ? slot : null;
    }

    private void Remember(int hash)
    {
        if (_ghostHashes.Add(hash))
        {
            _ghosts.Enqueue(hash);
        }

        while (_ghosts.Count > Math.Max(1024, _main.Count))
        {
            _ghostHashes.Remove(_ghosts.Dequeue());
        }
    }

    private static int HashOf(MemorySlot slot) => HashCode.Combine(slot.Entry.Uri, slot.Entry.Variant);
}
