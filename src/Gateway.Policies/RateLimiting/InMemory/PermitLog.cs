using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// An exact sliding window: the moments at which one partition was admitted, oldest first, in a ring that grows with what is live. No log
/// holds more than <see cref="PermitRequest.LargestExactLimit"/> stamps.
/// </summary>
internal sealed class PermitLog : PermitCounting
{
    private const int SecondCapacity = 4;

    public override int Capacity(PermitCount count) => count.Slot.Block.Words;

    public override (long Moment, long Permits)[] Taken(PermitCount count)
    {
        var ring = new Ring(count);
        var taken = new (long, long)[ring.Count];
        for (int i = 0; i < taken.Length; i++)
        {
            taken[i] = (ring[i], 1);
        }

        return taken;
    }

    public override void TakeOver(PermitCount count, (long Moment, long Permits)[] taken, in PermitRequest request, MemoryBudget budget)
    {
        long total = Math.Min(taken.Sum(cell => cell.Permits), PermitRequest.LargestExactLimit);
        int room = MakeRoom(count, 0, (int)total, total, budget);
        long surplus = taken.Sum(cell => cell.Permits) - room;
        foreach ((long moment, long permits) in taken)
        {
            long dropped = Math.Clamp(surplus, 0, permits);
            surplus -= dropped;
            Add(count, count.Slot.Count, (int)(permits - dropped), moment, request.WindowMicroseconds);
        }
    }

    public override long Left(PermitCount count, in PermitRequest request, long now) => request.Limit - Live(count, request, now);

    public override long Room(PermitCount count, in PermitRequest request, long permits, long now, MemoryBudget budget) =>
        permits == 0 ? 0 : MakeRoom(count, Live(count, request, now), (int)permits, request.Limit, budget);

    public override long Take(PermitCount count, in PermitRequest request, long permits, long moment, long now, MemoryBudget budget) =>
        Add(count, Live(count, request, now), (int)permits, moment, request.WindowMicroseconds);

    public override long Until(PermitCount count, in PermitRequest request, long permits, long now)
    {
        var ring = new Ring(count);
        if (ring.Count == 0)
        {
            // Nothing is used, but there is no memory for so many at once: others' permits leave theirs within a window.
            return request.WindowMicroseconds;
        }

        long nth = Math.Clamp(request.Limit - permits + 1, 1, ring.Count);
        return ring[ring.Count - (int)nth] + request.WindowMicroseconds - now;
    }

    public override bool Refund(PermitCount count, long receipt, long permits)
    {
        var ring = new Ring(count);
        int end = receipt == 0 ? ring.Count : ring.FirstAfter(receipt);
        int begin = receipt == 0 ? 0 : ring.FirstAfter(receipt - 1);
        int removed = (int)Math.Min(permits, end - begin);
        for (int i = end; removed > 0 && i < ring.Count; i++)
        {
            ring[i - removed] = ring[i];
        }

        count.Slot.Count -= (ushort)removed;
        if (count.Slot.Count == 0)
        {
            count.Slot.DeadAt = 0;
        }

        return removed > 0;
    }

    /// <summary>Stamps younger than the window; those ahead of now too.</summary>
    private static int Live(PermitCount count, in PermitRequest request, long now) =>
        count.Slot.Count - new Ring(count).FirstAfter(now - request.WindowMicroseconds);

    /// <summary>Tries to make room for <paramref name="more"/> stamps beside <paramref name="live"/> ones.</summary>
    /// <returns>How many more fit: fewer only when the budget has no room for them, and at least one in an empty log.</returns>
    private static int MakeRoom(PermitCount count, int live, int more, long limit, MemoryBudget budget)
    {
        if (count.Slot.Block.IsNone)
        {
            budget.Take(1);
            count.Resize(1);
        }

        int capacity = count.Slot.Block.Words;
        int needed = live + more;
        if (needed > capacity)
        {
            int larger = WordBlocks.Fit((int)Math.Max(needed, Math.Min(limit, Math.Max(SecondCapacity, capacity * 2L))));
            if (budget.TryTake(larger - capacity))
            {
                new Ring(count).Straighten();
                count.Resize(larger);
                capacity = larger;
            }
        }

        return Math.Min(more, capacity - live);
    }

    /// <summary>Drops all but the <paramref name="live"/> newest stamps and adds some. <see cref="MakeRoom"/> comes first.</summary>
    /// <returns>Their stamp: the moment given, or the newest before should that be later.</returns>
    private static long Add(PermitCount count, int live, int permits, long moment, long window)
    {
        var ring = new Ring(count);
        long stamp = ring.Count == 0 ? moment : Math.Max(moment, ring[ring.Count - 1]);
        count.Slot.Oldest = (ushort)ring.Index(ring.Count - live);
        count.Slot.Count = (ushort)(live + permits);
        for (int i = live; i < ring.Count; i++)
        {
            ring[i] = stamp;
        }

        count.Slot.LiveUntil(stamp + window);
        return stamp;
    }

    /// <summary>The stamps by their order, oldest first.</summary>
    private readonly ref struct Ring(PermitCount count)
    {
        private readonly Span<long> _stamps = count.Words;
        private readonly ref PermitSlot _slot = ref count.Slot;

        public int Count => _slot.Count;

        public ref long this[int position] => ref _stamps[Index(position)];

        public int Index(int position)
        {
            int index = _slot.Oldest + position;
            return index < _stamps.Length ? index : index - _stamps.Length;
        }

        /// <summary>The position of the first stamp later than <paramref name="moment"/>.</summary>
        public int FirstAfter(long moment)
        {
            int low = 0;
            int high = Count;
            while (low < high)
            {
                int middle = (low + high) >> 1;
                if (this[middle] <= moment)
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

        /// <summary>Turns the ring so that it begins at its oldest stamp.</summary>
        public void Straighten()
        {
            _stamps[.._slot.Oldest].Reverse();
            _stamps[_slot.Oldest..].Reverse();
            _stamps.Reverse();
            _slot.Oldest = 0;
        }
    }
}
