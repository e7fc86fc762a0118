using System.Numerics;
using Gateway.Policies.RateLimiting;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>The algorithms by their definitions, computed anew from all permits ever taken, in exact arithmetic.</summary>
internal static class Definitions
{
    public static long Left(PermitRequest request, IReadOnlyList<(long Moment, long Permits)> taken, long now)
    {
        long window = request.Window.Ticks / TimeSpan.TicksPerMicrosecond;
        return request.Algorithm switch
        {
            RateLimitAlgorithm.TokenBucket => Bucket(request, taken, window, now),
            RateLimitAlgorithm.FixedWindow => request.Limit - taken.Where(take => take.Moment / window == now / window).Sum(take => take.Permits),
            _ when request.InSubWindows => request.Limit - InSubWindows(taken, window, now),
            _ => request.Limit - taken.Where(take => now - take.Moment < window).Sum(take => take.Permits),
        };
    }

    /// <summary>Tokens times window, so that one microsecond refills exactly the limit.</summary>
    private static long Bucket(PermitRequest request, IReadOnlyList<(long Moment, long Permits)> taken, long window, long now)
    {
        BigInteger full = (BigInteger)request.Burst * window;
        BigInteger level = full;
        long last = 0;
        foreach ((long moment, long permits) in taken.Append((now, 0)))
        {
            level = BigInteger.Min(full, level + ((BigInteger)(moment - last) * request.Limit)) - ((BigInteger)permits * window);
            last = moment;
        }

        return (long)(level / window);
    }

    /// <summary>Counted in full while any moment of its sub-window is younger than the window.</summary>
    private static long InSubWindows(IReadOnlyList<(long Moment, long Permits)> taken, long window, long now)
    {
        long width = (window + 63) / 64;
        return taken.Where(take => now - window < ((take.Moment / width) + 1) * width).Sum(take => take.Permits);
    }
}
