using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// A sliding window counted in sub-windows of a 64th of the window. Every sub-window that overlaps the window counts in full, so no
/// window sees more than the limit; a permit is held a sub-window too long at most. The state: the newest sub-window's number, their
/// width, and the permits of each, newest first.
/// </summary>
internal sealed class SubWindows : PermitCounting
{
    private const int Newest = 0;
    private const int Width = 1;
    private const int Head = 2;
    private const int Cells = 64;

    /// <summary>Beyond so many sub-windows before the newest nothing can be live, also with stamps a window ahead.</summary>
    private const int Farthest = (2 * Cells) + 2;

    /// <summary>Sub-windows of another width are counted anew.</summary>
    public override bool Fits(PermitCount count, in PermitRequest request) =>
        count.Slot.Block.IsNone || count.Words[Width] == WidthOf(request);

    public override int Capacity(PermitCount count) => Math.Max(0, count.Slot.Block.Words - Head);

    public override (long Moment, long Permits)[] Taken(PermitCount count)
    {
        var taken = new (long, long)[count.Slot.Count];
        for (int i = 0; i < taken.Length; i++)
        {
            int cell = taken.Length - 1 - i;
            taken[i] = (End(count.Words, cell) - 1, count.Words[Head + cell]);
        }

        return taken;
    }

    public override void TakeOver(PermitCount count, (long Moment, long Permits)[] taken, in PermitRequest request, MemoryBudget budget)
    {
        foreach ((long moment, long permits) in taken)
        {
            Add(count, moment, permits, request, budget);
        }
    }

    public override long Left(PermitCount count, in PermitRequest request, long now)
    {
        long live = 0;
        foreach (long permits in Live(count, request, now))
        {
            live += permits;
        }

        return request.Limit - live;
    }

    public override long Take(PermitCount count, in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        count.Slot.Count = (ushort)Live(count, request, now).Length;
        Add(count, moment, permits, request, budget);
        return End(count.Words, 0) - 1;
    }

    public override long Until(PermitCount count, in PermitRequest request, long permits, long now)
    {
        long left = Left(count, request, now);
        ReadOnlySpan<long> live = Live(count, request, now);
        for (int i = live.Length - 1; i >= 0; i--)
        {
            left += live[i];
            if (left >= permits)
            {
                return End(count.Words, i) + request.WindowMicroseconds - now;
            }
        }

        return 0;
    }

    public override bool Refund(PermitCount count, long receipt, long permits)
    {
        int used = count.Slot.Count;
        if (used == 0)
        {
            return false;
        }

        Span<long> words = count.Words;
        long cell = words[Newest] - (receipt / words[Width]);
        int first = receipt == 0 ? 0 : cell >= 0 && cell < used ? (int)cell : used;
        int last = receipt == 0 ? used : Math.Min(first + 1, used);
        for (int i = first; i < last; i++)
        {
            long back = Math.Min(words[Head + i], permits);
            words[Head + i] -= back;
            permits -= back;
        }

        return first < last;
    }

    private static long WidthOf(in PermitRequest request) => (request.WindowMicroseconds + Cells - 1) / Cells;

    private static long End(ReadOnlySpan<long> words, int cell) => (words[Newest] - cell + 1) * words[Width];

    /// <summary>The permits of the sub-windows that overlap the window, newest first.</summary>
    private static ReadOnlySpan<long> Live(PermitCount count, in PermitRequest request, long now)
    {
        int used = count.Slot.Count;
        if (used == 0)
        {
            return [];
        }

        ReadOnlySpan<long> words = count.Words;
        long oldest = (now - request.WindowMicroseconds) / words[Width];
        return words.Slice(Head, (int)Math.Clamp(words[Newest] - oldest + 1, 0, used));
    }

    /// <summary>Without memory for a new sub-window the newest one moves ahead with what it holds: never too little is counted.</summary>
    private static void Add(PermitCount count, long moment, long permits, in PermitRequest request, MemoryBudget budget)
    {
        long width = WidthOf(request);
        int used = count.Slot.Count;
        long newest = count.Slot.Block.IsNone ? 0 : count.Words[Newest];
        long cell = Math.Max(moment / width, newest);
        long shift = used == 0 ? 1 : cell - newest;
        if (shift > Farthest)
        {
            (used, shift) = (0, 1);
        }

        if (shift > 0 && MakeRoom(count, (int)Math.Min(used + shift, Farthest), budget))
        {
            Span<long> cells = count.Words[Head..];
            cells[..(int)Math.Min(used, Farthest - shift)].CopyTo(cells[(int)shift..]);
            cells[..(int)shift].Clear();
            used = (int)Math.Min(used + shift, Farthest);
        }

        count.Slot.Count = (ushort)used;
        Span<long> words = count.Words;
        (words[Newest], words[Width]) = (cell, width);
        words[Head] += permits;
        count.Slot.LiveUntil(End(words, 0) + request.WindowMicroseconds);
    }

    private static bool MakeRoom(PermitCount count, int cells, MemoryBudget budget)
    {
        int capacity = Math.Max(0, count.Slot.Block.Words - Head);
        if (cells <= capacity)
        {
            return true;
        }

        int larger = WordBlocks.Fit(Head + Math.Min(Math.Max(cells, 2 * capacity), Math.Max(cells, Cells + 2))) - Head;
        if (capacity == 0)
        {
            budget.Take(larger);
        }
        else if (!budget.TryTake(larger - capacity))
        {
            return false;
        }

        count.Resize(Head + larger);
        return true;
    }
}
