using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// Permits in use right now, by the request that uses them; they are handed back when it ends. The state: permits in use, the first
/// free place, the places there are, and of each place its receipt and permits, or (free) zero and the next free place.
/// </summary>
internal sealed class InFlight : PermitCounting
{
    /// <summary>Nobody knows when a request ends.</summary>
    private const long Estimate = 1_000_000;

    private const int Used = 0;
    private const int Free = 1;
    private const int Places = 2;
    private const int Head = 3;
    private const int PlaceWords = 2;

    /// <summary>A receipt's lowest bits are its place, counted from one; those above tell it from earlier ones of the same place.</summary>
    private const int PlaceBits = 24;

    private static long _receipts;

    public override long Left(PermitCount count, in PermitRequest request, long now) =>
        request.Limit - (count.Slot.Block.IsNone ? 0 : count.Words[Used]);

    public override long Take(PermitCount count, in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        int place = TakePlace(count);
        long receipt = ((Interlocked.Increment(ref _receipts) << PlaceBits) | (uint)place) & long.MaxValue;
        Span<long> words = count.Words;
        words[Used] += permits;
        (words[At(place)], words[At(place) + 1]) = (receipt, permits);
        count.Slot.DeadAt = PermitSlot.Never;
        return receipt;
    }

    public override long Until(PermitCount count, in PermitRequest request, long permits, long now) => Estimate;

    public override bool Refund(PermitCount count, long receipt, long permits)
    {
        Span<long> words = count.Words;
        int place = (int)(receipt & ((1 << PlaceBits) - 1));
        if (receipt == 0 || words.IsEmpty || place > words[Places] || words[At(place)] != receipt)
        {
            return false;
        }

        long held = words[At(place) + 1];
        long back = Math.Min(held, permits);
        words[Used] -= back;
        words[At(place) + 1] = held - back;
        if (back == held)
        {
            (words[At(place)], words[At(place) + 1], words[Free]) = (0, words[Free], place);
        }

        if (words[Used] == 0)
        {
            count.Slot.DeadAt = 0;
        }

        return true;
    }

    private static int At(int place) => Head + ((place - 1) * PlaceWords);

    private static int TakePlace(PermitCount count)
    {
        Span<long> words = count.Open(Head + PlaceWords);
        int free = (int)words[Free];
        if (free != 0)
        {
            words[Free] = words[At(free) + 1];
            return free;
        }

        int place = (int)words[Places] + 1;
        if (At(place) + PlaceWords > words.Length)
        {
            words = count.Resize(2 * words.Length);
        }

        words[Places] = place;
        return place;
    }
}
