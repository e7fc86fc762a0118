namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// The moments at which one partition was admitted, oldest first, in a ring that grows with what is live. Moments and windows are
/// ticks of 100 ns. Not safe for several threads: its stripe's gate guards it.
/// </summary>
internal sealed class PermitLog
{
    private const int FirstCapacity = 4;

    private long[] _stamps = [];
    private int _oldest;
    private int _count;
    private long _deadAt;

    /// <summary>Stamps this log has room for.</summary>
    public int Capacity => _stamps.Length;

    /// <summary>True when no stamp is younger than the window it was taken under.</summary>
    public bool IsDead(long now) => _count == 0 || now >= _deadAt;

    /// <summary>Stamps younger than the window.</summary>
    public int Live(long now, long window)
    {
        long at = Effective(now);
        int dead = 0;
        int live = _count;
        while (dead < live)
        {
            int middle = (dead + live) >> 1;
            if (at - Stamp(middle) >= window)
            {
                dead = middle + 1;
            }
            else
            {
                live = middle;
            }
        }

        return _count - dead;
    }

    /// <summary>Until the <paramref name="nth"/> newest stamp leaves the window.</summary>
    public long Until(int nth, long now, long window) => Stamp(_count - nth) + window - now;

    /// <summary>
    /// Sees to it that one more stamp fits beside <paramref name="live"/> ones; false when the budget has no room for it.
    /// </summary>
    public bool MakeRoom(int live, long limit, StampBudget budget)
    {
        if (live < _stamps.Length)
        {
            return true;
        }

        if (_stamps.Length == 0)
        {
            int first = (int)Math.Min(limit, FirstCapacity);
            budget.Take(first);
            _stamps = new long[first];
            return true;
        }

        int larger = (int)Math.Min(Math.Max(limit, live + 1), _stamps.Length * 2L);
        if (!budget.TryTake(larger - _stamps.Length))
        {
            return false;
        }

        Grow(larger);
        return true;
    }

    /// <summary>Drops all but the <paramref name="live"/> newest stamps and adds one. <see cref="MakeRoom"/> comes first.</summary>
    public void Add(int live, long now, long window)
    {
        long stamp = Effective(now);
        _oldest = Index(_count - live);
        _count = live;
        _stamps[Index(_count++)] = stamp;
        _deadAt = Math.Max(_deadAt, stamp + window);
    }

    /// <summary>A clock that stepped back stands still here until it has caught up.</summary>
    private long Effective(long now) => _count == 0 ? now : Math.Max(now, Stamp(_count - 1));

    private long Stamp(int position) => _stamps[Index(position)];

    private int Index(int position)
    {
        int index = _oldest + position;
        return index < _stamps.Length ? index : index - _stamps.Length;
    }

    private void Grow(int capacity)
    {
        var stamps = new long[capacity];
        int head = Math.Min(_count, _stamps.Length - _oldest);
        Array.Copy(_stamps, _oldest, stamps, 0, head);
        Array.Copy(_stamps, 0, stamps, head, _count - head);
        _stamps = stamps;
        _oldest = 0;
    }
}
