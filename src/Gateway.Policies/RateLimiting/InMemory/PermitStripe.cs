using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>A part of the table with its own gate. Whoever calls holds <see cref="Gate"/>.</summary>
internal sealed class PermitStripe(int maxCounts, MemoryBudget budget)
{
    private const long SweepPause = 1_000_000;

    private readonly PermitTable<PartitionHash> _counts = new(budget);
    private readonly PermitTable<string> _overflow = new(budget);
    private long _nextSweep = long.MinValue;

    public Lock Gate { get; } = new();

    public int Count => _counts.Count;

    /// <summary>The partition's count, in the form that this request is counted in; false when it has none.</summary>
    public bool TryFind(in PermitRequest request, out PermitCount count) =>
        _counts.TryFind(new(request.Partition), request, out count)
        || (_counts.Count >= maxCounts && _overflow.TryFind(request.Policy, request, out count));

    /// <summary>
    /// The partition's count, made when it has none. A full stripe answers with the one that all further partitions of the policy
    /// share: live counts are never dropped, or a client could reset its own by inventing others.
    /// </summary>
    public PermitCount FindOrAdd(in PermitRequest request) =>
        TryFind(request, out PermitCount count) ? count
        : _counts.Count < maxCounts ? _counts.Add(new(request.Partition), request)
        : _overflow.Add(request.Policy, request);

    /// <summary>Hands permits back where they were taken: of the partition's own count, or of the shared one.</summary>
    public void Refund(in PermitRequest request, long receipt, long permits)
    {
        bool known = _counts.TryFind(new(request.Partition), out PermitCount count) && count.Refund(receipt, permits);
        if (!known && _overflow.TryFind(request.Policy, out count))
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

    /// <returns>False when nothing of it was in use.</returns>
    public bool Remove(UInt128 partition, long now) => _counts.Remove(new(partition), now);

    /// <summary>Drops the counts that have nothing live.</summary>
    public void Sweep(long now)
    {
        _counts.Sweep(now);
        _overflow.Sweep(now);
    }
}
