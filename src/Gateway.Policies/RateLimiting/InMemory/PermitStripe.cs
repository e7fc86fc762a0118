namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>A part of the table with its own gate. Whoever calls holds <see cref="Gate"/>.</summary>
internal sealed class PermitStripe(int maxLogs, StampBudget budget)
{
    private readonly Dictionary<UInt128, PermitLog> _logs = [];
    private readonly Dictionary<string, PermitLog> _overflow = [];
    private const long SweepPause = 1_000_000;

    private long _nextSweep = long.MinValue;

    public Lock Gate { get; } = new();

    public int Count => _logs.Count;

    /// <summary>The partition's log; null when it has none.</summary>
    public PermitLog? Find(in PermitRequest request) =>
        _logs.GetValueOrDefault(request.Partition) ?? (_logs.Count < maxLogs ? null : _overflow.GetValueOrDefault(request.Policy));

    /// <summary>
    /// The partition's log, made when it has none. A full stripe answers with the log that all further partitions of the policy
    /// share: live counts are never dropped, or a client could reset its own by inventing others.
    /// </summary>
    public PermitLog FindOrAdd(in PermitRequest request)
    {
        if (_logs.TryGetValue(request.Partition, out PermitLog? known))
        {
            return known;
        }

        if (_logs.Count < maxLogs)
        {
            return _logs[request.Partition] = new PermitLog();
        }

        return _overflow.TryGetValue(request.Policy, out PermitLog? shared) ? shared : _overflow[request.Policy] = new PermitLog();
    }

    /// <summary>Sweeps a full stripe, at most once a second: a flood of new partitions must not pay a sweep each.</summary>
    public void SweepWhenFull(long now)
    {
        if (_logs.Count >= maxLogs && now >= _nextSweep)
        {
            Sweep(now);
            _nextSweep = now + SweepPause;
        }
    }

    public bool Remove(UInt128 partition, long now)
    {
        if (!_logs.Remove(partition, out PermitLog? log))
        {
            return false;
        }

        budget.Return(log.Capacity);
        return !log.IsDead(now);
    }

    /// <summary>Drops the logs that have nothing live.</summary>
    public void Sweep(long now)
    {
        Drop(_logs, now);
        Drop(_overflow, now);
    }

    private void Drop<TKey>(Dictionary<TKey, PermitLog> logs, long now)
        where TKey : notnull
    {
        int before = logs.Count;
        foreach ((TKey key, PermitLog log) in logs)
        {
            if (log.IsDead(now))
            {
                logs.Remove(key);
                budget.Return(log.Capacity);
            }
        }

        if (logs.Count < before / 4)
        {
            logs.TrimExcess();
        }
    }
}
