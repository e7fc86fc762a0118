using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>A token bucket (GCRA): remembers when it will be full again, exactly, in parts of a microsecond.</summary>
internal sealed class TokenBucket : PermitCount
{
    /// <summary>When the bucket is full, in microseconds times <see cref="_limit"/>: one permit refills in exactly <see cref="_window"/> of it.</summary>
    private Int128 _fullAt;
    private long _limit;
    private long _window;

    public override bool Counts(in PermitRequest request) => request.Algorithm is RateLimitAlgorithm.TokenBucket;

    public override bool IsDead(long now) => Missing(now) == 0;

    public override long Left(in PermitRequest request, long now)
    {
        long window = request.WindowMicroseconds;
        Int128 free = (((Int128)request.Burst * window) - Missing(request, now)) / window;
        return (long)Int128.Max(0, free);
    }

    public override long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        Int128 missing = Missing(request, now);
        (_limit, _window) = (request.Limit, request.WindowMicroseconds);
        _fullAt = ((Int128)now * _limit) + missing + ((Int128)permits * _window);
        return now;
    }

    public override long Until(in PermitRequest request, long permits, long now)
    {
        Int128 wait = Missing(request, now) - ((Int128)(request.Burst - permits) * request.WindowMicroseconds);
        return (long)((wait + request.Limit - 1) / request.Limit);
    }

    public override bool Refund(long receipt, long permits)
    {
        _fullAt -= (Int128)permits * _window;
        return true;
    }

    private Int128 Missing(long now) => Int128.Max(0, _fullAt - ((Int128)now * _limit));

    /// <summary>
    /// By the request's rate. Edited since permits were last taken: those that are missing now, a part of one as a whole, take the time
    /// that they take by the new rate. Looking rounds nothing up for good: only taking does.
    /// </summary>
    private Int128 Missing(in PermitRequest request, long now)
    {
        long window = request.WindowMicroseconds;
        if (_window == 0 || (_limit == request.Limit && _window == window))
        {
            return Missing(now);
        }

        return Int128.Min((Missing(now) + _window - 1) / _window, request.Burst) * window;
    }
}
