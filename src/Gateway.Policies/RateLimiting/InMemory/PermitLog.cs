namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// The moments at which one partition was admitted, oldest first, in a ring that grows with what is live. Moments and windows are
/// microseconds. Not safe for several threads: its stripe's gate guards it.
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

    /// <summary>Stamps younger than the window; those ahead of now too.</summary>
    public int Live(long now, long window) => _count - FirstAfter(now - window);

    /// <summary>Until the <paramref name="nth"/> newest stamp leaves the window.</summary>
    public long Until(int nth, long now, long window) => Stamp(_count - nth) + window - now;

    /// <summary>Tries to make room for <paramref name="more"/> stamps beside <paramref name="live"/> ones.</summary>
    /// <returns>How many more fit: fewer only when the budget has no room for them, and at least one in an empty log.</returns>
    public int MakeRoom(int live, int more, long limit, StampBudget budget)
    {
        if (_stamps.Length == 0)
        {
            int first = (int)Math.Min(limit, FirstCapacity);
            budget.Take(first);
            _stamps = new long[first];
        }

        int needed = live + more;
        if (needed > _stamps.Length)
        {
            int larger = (int)Math.Max(needed, Math.Min(limit, _stamps.Length * 2L));
            if (budget.TryTake(larger - _stamps.Length))
            {
                Grow(larger);
            }
        }

        return Math.Min(more, _stamps.Length - live);
    }

    /// <summary>Drops all but the <paramref name="live"/> newest stamps and adds some. <see cref="MakeRoom"/> comes first.</summary>
    /// <returns>Their stamp: the moment given, or the newest before should that be later.</returns>
    public long Add(int live, int permits, long moment, long window)
    {
        long stamp = _count == 0 ? moment : Math.Max(moment, Stamp(_count - 1));
        _oldest = Index(_count - live);
        _count = live;
        for (int i = 0; i < permits; i++)
        {
            _stamps[Index(_count++)] = stamp;
        }

        _deadAt = Math.Max(_deadAt, stamp + window);
        return stamp;
    }

    /// <summary>Takes out stamps of this value, or the newest.</summary>
    public void Remove(long stamp, long permits)
    {
        int end = stamp == 0 ? _count : FirstAfter(stamp);
        int begin = stamp == 0 ? 0 : FirstAfter(stamp - 1);
        int removed = (int)Math.Min(permits, end - begin);
        for (int i = end; removed > 0 && i < _count; i++)
        {
            _stamps[Index(i - removed)] = Stamp(i);
        }

        _count -= removed;
    }

    /// <summary>The position of the first stamp later than <paramref name="moment"/>.</summary>
    private int FirstAfter(long moment)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (Stamp(middle) <= moment)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

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
