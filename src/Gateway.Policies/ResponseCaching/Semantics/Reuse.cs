namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What may be served (RFC 9111 §4 and §5.2, RFC 5861).</summary>
internal static class Reuse
{
    /// <summary>Decides on a stored response whose key and Vary match the request.</summary>
    /// <param name="times">The stored response.</param>
    /// <param name="request">The request's directives.</param>
    /// <param name="softPurged">True: stale from now on, whatever its times say.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static ReuseVerdict Decide(EntryTimes times, CacheControl request, bool softPurged, long now)
    {
        long left = softPurged ? Math.Min(0, times.LeftAt(now)) : times.LeftAt(now);
        if (request.NoCache)
        {
            return new ReuseVerdict(ReuseKind.Revalidate, CacheReason.RequestNoCache);
        }

        if (times.AlwaysValidate)
        {
            return new ReuseVerdict(ReuseKind.Revalidate, CacheReason.NoCache);
        }

        // Nothing that is stored has no age at all: the clock is only too coarse to say so.
        if (request.MaxAge is { } maxAge && (maxAge == 0 || times.AgeAt(now) > Milliseconds(maxAge)) && !Accepts(request, times, left))
        {
            return new ReuseVerdict(ReuseKind.Revalidate, CacheReason.RequestMaxAge);
        }

        if (request.MinFresh is { } minFresh && left < Milliseconds(minFresh))
        {
            return new ReuseVerdict(ReuseKind.Revalidate, CacheReason.RequestMinFresh);
        }

        return left > 0 ? new ReuseVerdict(ReuseKind.Serve, CacheReason.Fresh) : DecideStale(times, request, softPurged, left);
    }

    /// <summary>Whether a stale response may stand in for an error of the destination (RFC 5861 §4) or for no answer (RFC 9111 §4.2.4).</summary>
    /// <param name="times">The stored response.</param>
    /// <param name="request">The request's directives: it may allow more than the response does.</param>
    /// <param name="disconnected">True: the destination gave no answer at all.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static bool MayReplaceError(EntryTimes times, CacheControl request, bool disconnected, long now)
    {
        long window = Math.Max(times.StaleIfError, Milliseconds(request.StaleIfError ?? 0));
        window = disconnected ? Math.Max(times.StaleIfDisconnected, window) : window;
        return !times.NeverStale && !times.AlwaysValidate && window > 0 && -times.LeftAt(now) <= window;
    }

    private static ReuseVerdict DecideStale(EntryTimes times, CacheControl request, bool softPurged, long left) => times switch
    {
        { NeverStale: true } => new ReuseVerdict(ReuseKind.Revalidate, CacheReason.Stale),
        _ when !softPurged && Accepts(request, times, left) => new ReuseVerdict(ReuseKind.Serve, CacheReason.MaxStale),
        _ when -left < times.StaleWhileRevalidate && request.MaxAge is null && request.MinFresh is null =>
            new ReuseVerdict(ReuseKind.ServeAndRevalidate, CacheReason.WhileRevalidate),
        _ => new ReuseVerdict(ReuseKind.Revalidate, CacheReason.Stale),
    };

    /// <summary>max-stale (§5.2.1.2).</summary>
    private static bool Accepts(CacheControl request, EntryTimes times, long left) =>
        request.MaxStale is { } maxStale && !times.NeverStale && left <= 0 && -left <= Milliseconds(maxStale);

    private static long Milliseconds(long seconds) => seconds > long.MaxValue / 1000 ? long.MaxValue : seconds * 1000;
}
