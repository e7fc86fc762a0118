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
        Fit(request, now);
        Int128 free = (Whole(request.Burst) - Missing(now)) / _window;
        return (long)Int128.Max(0, free);
    }

    public override long Take(in PermitRequest request, long permits, long moment, long now, StampBudget budget)
    {
        Fit(request, now);
        _fullAt = ((Int128)now * _limit) + Missing(now) + Whole(permits);
        return now;
    }

    public override long Until(in PermitRequest request, long permits, long now)
    {
        Fit(request, now);
        Int128 wait = Missing(now) - Whole(request.Burst - permits);
        return (long)((wait + _limit - 1) / _limit);
    }

    public override bool Refund(long receipt, long permits)
    {
        _fullAt -= Whole(permits);
        return true;
    }

    private Int128 Whole(long permits) => (Int128)permits * _window;

    private Int128 Missing(long now) => Int128.Max(0, _fullAt - ((Int128)now * _limit));

    /// <summary>Edited since the last time: the permits that are missing now, a part of one as a whole, take the time that they take by the new rate.</summary>
    private void Fit(in PermitRequest request, long now)
    {
        long window = request.WindowMicroseconds;
        if (_limit == request.Limit && _window == window)
        {
            return;
        }

        Int128 missing = _window == 0 ? 0 : Int128.Min((Missing(now) + _window - 1) / _window, request.Burst);
        (_limit, _window) = (request.Limit, window);
        _fullAt = ((Int128)now * _limit) + (missing * window);
    }
}
