using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// Permits of the current window; windows begin at multiples of their length since 1970. The state: when the window began, its length,
/// and what was taken in it.
/// </summary>
internal sealed class FixedWindow : PermitCounting
{
    private const int Start = 0;
    private const int Window = 1;
    private const int Used = 2;
    private const int Words = 3;

    public override long Left(PermitCount count, in PermitRequest request, long now) => request.Limit - Fit(count.Words, request, now);

    public override long Take(PermitCount count, in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        Span<long> words = count.Open(Words);
        words[Used] = Fit(words, request, now) + permits;
        count.Slot.DeadAt = words[Start] + words[Window];
        return words[Start];
    }

    public override long Until(PermitCount count, in PermitRequest request, long permits, long now) =>
        StartOf(request, now) + request.WindowMicroseconds - now;

    public override bool Refund(PermitCount count, long receipt, long permits)
    {
        Span<long> words = count.Words;
        if (words.IsEmpty || (receipt != 0 && receipt != words[Start]))
        {
            return false;
        }

        words[Used] = Math.Max(0, words[Used] - permits);
        return true;
    }

    /// <summary>
    /// Begins this window's count, if it has not begun. Of a window with another length, edited since, everything counts that may lie in
    /// this one.
    /// </summary>
    /// <returns>What is used.</returns>
    private static long Fit(Span<long> words, in PermitRequest request, long now)
    {
        if (words.IsEmpty)
        {
            return 0;
        }

        long start = StartOf(request, now);
        if (words[Start] + words[Window] <= start)
        {
            words[Used] = 0;
        }

        (words[Start], words[Window]) = (start, request.WindowMicroseconds);
        return words[Used];
    }

    private static long StartOf(in PermitRequest request, long now) => now - (now % request.WindowMicroseconds);
}
