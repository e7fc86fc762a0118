namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>How many permits to hold, and for how long. Pure; nothing to tune.</summary>
internal static class LeaseTerms
{
    /// <summary>Fewer are not worth holding: so a limit below 128 per gateway, and any limit near its end, is exact to the permit.</summary>
    public const int Smallest = 16;

    public const int Largest = 2048;

    /// <summary>A gateway holds at most this part of its share of what is left.</summary>
    private const int Share = 8;

    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestHold = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How long permits may be held: 5 % of the shortest window at most, since each counts so much longer. Zero: not at all, which is
    /// so for all but sliding windows. A token bucket's and a calendar window's permits belong to the moment they are taken.
    /// </summary>
    public static TimeSpan Hold(ReadOnlySpan<PermitRequest> requests)
    {
        TimeSpan hold = LongestHold;
        foreach (ref readonly PermitRequest request in requests)
        {
            bool may = request is { Algorithm: RateLimitAlgorithm.SlidingWindow, MayBeRefunded: false, Approximate: false };
            TimeSpan own = may ? request.Window / 20 : TimeSpan.Zero;
            hold = own < hold ? own : hold;
        }

        return hold < ShortestHold ? TimeSpan.Zero : hold;
    }

    /// <summary>What of the permits left one gateway may hold, in requests: its share's eighth, less what it holds of the limit already.</summary>
    public static long Allowance(in PermitRequest request, long remaining, long held, int gateways) =>
        ((remaining / (Share * (long)gateways)) - held) / request.Cost;

    /// <summary>How many requests to hold permits for: no more than are expected, none when it is too few to matter.</summary>
    public static int Size(int expected, long allowance)
    {
        long size = Math.Min(Math.Min(expected, allowance), Largest);
        return size < Smallest ? 0 : (int)size;
    }
}
