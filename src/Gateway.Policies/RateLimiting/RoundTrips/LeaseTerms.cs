using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>How many permits to hold, and for how long. Pure; nothing to tune.</summary>
internal static class LeaseTerms
{
    /// <summary>A gateway that may hold no more than so many holds none: so a limit below 128 per gateway, and any limit near its end, is exact to the permit.</summary>
    public const int SmallestAllowance = 16;

    public const int Largest = 2048;

    /// <summary>A gateway holds at most this part of its share of what is left.</summary>
    private const int Share = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestHold = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How long permits may be held at most: 5 % of the shortest window, since each counts so much longer. Zero: not at all, which is
    /// so for all but sliding windows. A token bucket's and a calendar window's permits belong to the moment they are taken.
    /// </summary>
    public static TimeSpan LongestHold(ReadOnlySpan<PermitRequest> requests)
    {
        TimeSpan hold = Longest;
        foreach (ref readonly PermitRequest request in requests)
        {
            bool may = request is { Algorithm: RateLimitAlgorithm.SlidingWindow, MayBeRefunded: false, Approximate: false };
            TimeSpan own = may ? request.Window / 20 : TimeSpan.Zero;
            hold = own < hold ? own : hold;
        }

        return hold < ShortestHold ? TimeSpan.Zero : hold;
    }

    /// <summary>Of the time in which what is expected comes: a quarter less than it may be held, so that most of it is used.</summary>
    public static TimeSpan LongestSlice(TimeSpan longestHold) => Max(longestHold * 3 / 4, Pace.Shortest);

    /// <summary>How long to hold what is expected in such a slice: a third longer, 250 ms where that is shorter.</summary>
    public static TimeSpan Hold(TimeSpan slice, TimeSpan longestHold) => Min(Max(slice * 4 / 3, Brief), longestHold);

    /// <summary>How long the last answer tells what is left.</summary>
    public static TimeSpan Known(TimeSpan longestHold) => Max(longestHold * 2, TimeSpan.FromSeconds(1));

    /// <summary>
    /// What of the permits left one gateway may hold, in requests: its share's eighth, less what it holds of the limit already. Nothing
    /// for longer than a moment while less than half of the limit is left: who may come to its end shall not feel that permits count longer.
    /// </summary>
    public static long Allowance(in PermitRequest request, long remaining, long held, int gateways, TimeSpan hold) =>
        hold > Brief && remaining < request.Limit / 2 ? 0 : ((remaining / (Share * (long)gateways)) - held) / request.Cost;

    /// <summary>
    /// How many requests to hold permits for: as many as are expected and twice the root of it, which requests that come by chance
    /// (Poisson) seldom exceed. A question that is saved is worth more than what is handed back, together with others'.
    /// </summary>
    public static int Size(int expected, long allowance) =>
        allowance < SmallestAllowance ? 0 : (int)Math.Min(Math.Min(expected + Math.Ceiling(2 * Math.Sqrt(expected)), allowance), Largest);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
