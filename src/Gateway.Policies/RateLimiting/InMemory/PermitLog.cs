using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// An exact sliding window: the moments at which one partition was admitted, oldest first, in a ring that grows with what is live.
/// </summary>
internal sealed class PermitLog : PermitCount
{
    private const int SecondCapacity = 4;
    private const long MicrosecondsPerMillisecond = 1000;

    // Kept small, for there may be millions: no log holds more than PermitRequest.LargestExactLimit stamps.
    private long[] _stamps = [];
    private ushort _oldest;
    private ushort _count;

    /// <summary>The longest window that a stamp was taken under, in milliseconds.</summary>
    private uint _window;

    public override int Capacity => _stamps.Length;

    /// <summary>Stamps, live or not.</summary>
    public int Count => _count;

    public long Stamp(int position) => _stamps[Index(position)];

    public override bool Counts(in PermitRequest request) =>
        request.Algorithm is RateLimitAlgorithm.SlidingWindow && !request.InSubWindows;

    public override void TakeOver(PermitCount other, in PermitRequest request, MemoryBudget budget)
    {
        if (other is not SubWindows cells)
        {
            return;
        }

        (long Moment, long Permits)[] taken = [.. cells.Taken];
        long total = Math.Min(taken.Sum(cell => cell.Permits), PermitRequest.LargestExactLimit);
        int room = MakeRoom(0, (int)total, total, budget);
        foreach ((long moment, long permits) in Newest(taken, room))
        {
            Add(_count, (int)permits, moment, request.WindowMicroseconds);
        }
    }

    /// <summary>True when no stamp is younger than the window it was taken under.</summary>
    public override bool IsDead(long now) => _count == 0 || now - Stamp(_count - 1) >= _window * MicrosecondsPerMillisecond;

    public override long Left(in PermitRequest request, long now) => request.Limit - Live(request, now);

    public override long Room(in PermitRequest request, long permits, long now, MemoryBudget budget) =>
        permits == 0 ? 0 : MakeRoom(Live(request, now), (int)permits, request.Limit, budget);

    public override long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget) =>
        Add(Live(request, now), (int)permits, moment, request.WindowMicroseconds);

    public override long Until(in PermitRequest request, long permits, long now)
    {
        long nth = Math.Clamp(request.Limit - permits + 1, 1, _count);
        return Stamp(_count - (int)nth) + request.WindowMicroseconds - now;
    }

    public override bool Refund(long receipt, long permits)
    {
        int end = receipt == 0 ? _count : FirstAfter(receipt);
        int begin = receipt == 0 ? 0 : FirstAfter(receipt - 1);
        int removed = (int)Math.Min(permits, end - begin);
        for (int i = end; removed > 0 && i < _count; i++)
        {
            _stamps[Index(i - removed)] = Stamp(i);
        }

        _count -= (ushort)removed;
        return removed > 0;
    }

    /// <summary>Stamps younger than the window; those ahead of now too.</summary>
    private int Live(in PermitRequest request, long now) => _count - FirstAfter(now - request.WindowMicroseconds);

    /// <summary>Tries to make room for <paramref name="more"/> stamps beside <paramref name="live"/> ones.</summary>
    /// <returns>How many more fit: fewer only when the budget has no room for them, and at least one in an empty log.</returns>
    private int MakeRoom(int live, int more, long limit, MemoryBudget budget)
    {
        if (_stamps.Length == 0)
        {
            budget.Take(1);
            _stamps = new long[1];
        }

        int needed = live + more;
        if (needed > _stamps.Length)
        {
            int larger = (int)Math.Max(needed, Math.Min(limit, Math.Max(SecondCapacity, _stamps.Length * 2L)));
            if (budget.TryTake(larger - _stamps.Length))
            {
                Grow(larger);
            }
        }

        return Math.Min(more, _stamps.Length - live);
    }

    /// <summary>Drops all but the <paramref name="live"/> newest stamps and adds some. <see cref="MakeRoom"/> comes first.</summary>
    /// <returns>Their stamp: the moment given, or the newest before should that be later.</returns>
    private long Add(int live, int permits, long moment, long window)
    {
        long stamp = _count == 0 ? moment : Math.Max(moment, Stamp(_count - 1));
        _oldest = (ushort)Index(_count - live);
        _count = (ushort)(live + permits);
        for (int i = live; i < _count; i++)
        {
            _stamps[Index(i)] = stamp;
        }

        _window = (uint)Math.Max(_window, (window + MicrosecondsPerMillisecond - 1) / MicrosecondsPerMillisecond);
        return stamp;
    }

    /// <summary>The newest permits of these, so many, oldest first.</summary>
    private static IEnumerable<(long Moment, long Permits)> Newest((long Moment, long Permits)[] taken, long room)
    {
        long surplus = taken.Sum(cell => cell.Permits) - room;
        foreach ((long moment, long permits) in taken)
        {
            long dropped = Math.Clamp(surplus, 0, permits);
            surplus -= dropped;
            yield return (moment, permits - dropped);
        }
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
