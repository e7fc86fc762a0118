using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>A part of the table with its own gate. Whoever calls holds <see cref="Gate"/>.</summary>
internal sealed class PermitStripe(int maxCounts, MemoryBudget budget)
{
    private readonly Dictionary<UInt128, PermitCount> _counts = [];
    private readonly Dictionary<string, PermitCount> _overflow = [];
    private const long SweepPause = 1_000_000;

    private long _nextSweep = long.MinValue;

    public Lock Gate { get; } = new();

    public int Count => _counts.Count;

    /// <summary>The partition's count, in the form that this request is counted in; null when it has none.</summary>
    public PermitCount? Find(in PermitRequest request)
    {
        if (_counts.TryGetValue(request.Partition, out PermitCount? known))
        {
            return known.Counts(request) ? known : _counts[request.Partition] = Replace(known, request);
        }

        bool shares = _counts.Count >= maxCounts && _overflow.TryGetValue(request.Policy, out known);
        return !shares ? null : known!.Counts(request) ? known : _overflow[request.Policy] = Replace(known, request);
    }

    /// <summary>
    /// The partition's count, made when it has none. A full stripe answers with the one that all further partitions of the policy
    /// share: live counts are never dropped, or a client could reset its own by inventing others.
    /// </summary>
    public PermitCount FindOrAdd(in PermitRequest request) =>
        Find(request)
        ?? (_counts.Count < maxCounts ? Add(request) : _overflow[request.Policy] = PermitCount.For(request));

    /// <summary>Hands permits back where they were taken: of the partition's own count, or of the shared one.</summary>
    public void Refund(in PermitRequest request, long receipt, long permits)
    {
        bool known = _counts.TryGetValue(request.Partition, out PermitCount? count) && count.Refund(receipt, permits);
        if (!known && _overflow.TryGetValue(request.Policy, out count))
        {
            count.Refund(receipt, permits);
        }
    }

    /// <summary>Sweeps a full stripe, at most once a second: a flood of new partitions must not pay a sweep each.</summary>
    public void SweepWhenFull(long now)
    {
        if (_counts.Count >= maxCounts && now >= _nextSweep)
        {
            Sweep(now);
            _nextSweep = now + SweepPause;
        }
    }

    /// <summary>A full table takes a fifth more at a time, not twice as much: there may be millions, and half of them empty would be most of the memory.</summary>
    private PermitCount Add(in PermitRequest request)
    {
        if (_counts.Count == _counts.Capacity)
        {
            _counts.EnsureCapacity(_counts.Count + 1);
        }

        return _counts[request.Partition] = PermitCount.For(request);
    }

    /// <summary>The policy was edited: another algorithm begins anew, another form of the same takes over what is used.</summary>
    private PermitCount Replace(PermitCount known, in PermitRequest request)
    {
        PermitCount count = PermitCount.For(request);
        count.TakeOver(known, request, budget);
        budget.Return(known.Capacity);
        return count;
    }

    public bool Remove(UInt128 partition, long now)
    {
        if (!_counts.Remove(partition, out PermitCount? count))
        {
            return false;
        }

        budget.Return(count.Capacity);
        return !count.IsDead(now);
    }

    /// <summary>Drops the counts that have nothing live.</summary>
    public void Sweep(long now)
    {
        Drop(_counts, now);
        Drop(_overflow, now);
    }

    private void Drop<TKey>(Dictionary<TKey, PermitCount> counts, long now)
        where TKey : notnull
    {
        int before = counts.Count;
        foreach ((TKey key, PermitCount count) in counts)
        {
            if (count.IsDead(now))
            {
                counts.Remove(key);
                budget.Return(count.Capacity);
            }
        }

        if (counts.Count < before / 4)
        {
            counts.TrimExcess();
        }
    }
}
