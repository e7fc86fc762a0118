using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// A sliding window counted in sub-windows of a 64th of the window. Every sub-window that overlaps the window counts in full, so no
/// window sees more than the limit; a permit is held a sub-window too long at most.
/// </summary>
internal sealed class SubWindows(in PermitRequest request) : PermitCount
{
    private const int Cells = 64;

    /// <summary>Beyond so many sub-windows before the newest nothing can be live, also with stamps a window ahead.</summary>
    private const int Farthest = (2 * Cells) + 2;

    private long[] _permits = [];
    private int _used;
    private long _newest;
    private readonly long _width = Width(request);
    private long _deadAt;

    public override int Capacity => _permits.Length;

    /// <summary>Permits with the last moment at which they can have been taken, oldest first.</summary>
    public IEnumerable<(long Moment, long Permits)> Taken
    {
        get
        {
            for (int i = _used - 1; i >= 0; i--)
            {
                yield return (End(i) - 1, _permits[i]);
            }
        }
    }

    /// <summary>Sub-windows of another width are counted anew.</summary>
    public override bool Counts(in PermitRequest request) => request.InSubWindows && _width == Width(request);

    public override void TakeOver(PermitCount other, in PermitRequest request, MemoryBudget budget)
    {
        if (other is PermitLog log)
        {
            for (int i = 0; i < log.Count; i++)
            {
                Add(log.Stamp(i), 1, request, budget);
            }
        }
        else if (other is SubWindows cells)
        {
            foreach ((long moment, long permits) in cells.Taken)
            {
                Add(moment, permits, request, budget);
            }
        }
    }

    public override bool IsDead(long now) => _used == 0 || now >= _deadAt;

    public override long Left(in PermitRequest request, long now)
    {
        Trim(request, now);
        long live = 0;
        for (int i = 0; i < _used; i++)
        {
            live += _permits[i];
        }

        return request.Limit - live;
    }

    public override long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        Trim(request, now);
        Add(moment, permits, request, budget);
        return End(0) - 1;
    }

    public override long Until(in PermitRequest request, long permits, long now)
    {
        long left = Left(request, now);
        for (int i = _used - 1; i >= 0; i--)
        {
            left += _permits[i];
            if (left >= permits)
            {
                return End(i) + request.WindowMicroseconds - now;
            }
        }

        return 0;
    }

    public override bool Refund(long receipt, long permits)
    {
        long cell = _newest - (receipt / _width);
        int first = receipt == 0 ? 0 : cell >= 0 && cell < _used ? (int)cell : _used;
        int last = receipt == 0 ? _used : Math.Min(first + 1, _used);
        for (int i = first; i < last; i++)
        {
            long back = Math.Min(_permits[i], permits);
            _permits[i] -= back;
            permits -= back;
        }

        return first < last;
    }

    private static long Width(in PermitRequest request) => (request.WindowMicroseconds + Cells - 1) / Cells;

    private long End(int index) => (_newest - index + 1) * _width;

    private void Trim(in PermitRequest request, long now)
    {
        long oldest = (now - request.WindowMicroseconds) / _width;
        while (_used > 0 && _newest - _used + 1 < oldest)
        {
            _used--;
        }
    }

    /// <summary>Without memory for a new sub-window the newest one moves ahead with what it holds: never too little is counted.</summary>
    private void Add(long moment, long permits, in PermitRequest request, MemoryBudget budget)
    {
        long cell = Math.Max(moment / _width, _newest);
        long shift = _used == 0 ? 1 : cell - _newest;
        if (shift > Farthest)
        {
            (_used, shift) = (0, 1);
        }

        if (shift > 0 && MakeRoom((int)Math.Min(_used + shift, Farthest), budget))
        {
            Array.Copy(_permits, 0, _permits, shift, Math.Min(_used, Farthest - shift));
            Array.Clear(_permits, 0, (int)shift);
            _used = (int)Math.Min(_used + shift, Farthest);
        }

        _newest = cell;
        _permits[0] += permits;
        _deadAt = Math.Max(_deadAt, End(0) + request.WindowMicroseconds);
    }

    private bool MakeRoom(int cells, MemoryBudget budget)
    {
        if (cells <= _permits.Length)
        {
            return true;
        }

        int larger = Math.Min(Math.Max(cells, 2 * _permits.Length), Math.Max(cells, Cells + 2));
        if (_permits.Length > 0 && !budget.TryTake(larger - _permits.Length))
        {
            return false;
        }

        if (_permits.Length == 0)
        {
            budget.Take(larger);
        }

        Array.Resize(ref _permits, larger);
        return true;
    }
}
