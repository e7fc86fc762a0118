using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>Permits of the current window; windows begin at multiples of their length since 1970.</summary>
internal sealed class FixedWindow : PermitCount
{
    private long _start;
    private long _window;
    private long _taken;

    public override bool Counts(in PermitRequest request) => request.Algorithm is RateLimitAlgorithm.FixedWindow;

    public override bool IsDead(long now) => _taken == 0 || now >= _start + _window;

    public override long Left(in PermitRequest request, long now)
    {
        Fit(request, now);
        return request.Limit - _taken;
    }

    public override long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        Fit(request, now);
        _taken += permits;
        return _start;
    }

    public override long Until(in PermitRequest request, long permits, long now)
    {
        Fit(request, now);
        return _start + _window - now;
    }

    public override bool Refund(long receipt, long permits)
    {
        if (receipt != 0 && receipt != _start)
        {
            return false;
        }

        _taken = Math.Max(0, _taken - permits);
        return true;
    }

    /// <summary>Of a window with another length, edited since, everything counts that may lie in this one.</summary>
    private void Fit(in PermitRequest request, long now)
    {
        long window = request.WindowMicroseconds;
        long start = now - (now % window);
        if (_start + _window <= start)
        {
            _taken = 0;
        }

        (_start, _window) = (start, window);
    }
}
