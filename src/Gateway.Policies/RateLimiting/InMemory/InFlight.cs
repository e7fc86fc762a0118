using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>Permits in use right now, by the request that uses them; they are handed back when it ends.</summary>
internal sealed class InFlight : PermitCount
{
    /// <summary>Nobody knows when a request ends.</summary>
    private const long Estimate = 1_000_000;

    private static long _lastName;

    private readonly Dictionary<long, long> _leases = [];
    private long _used;

    public override bool Counts(in PermitRequest request) => request.Algorithm is RateLimitAlgorithm.Concurrency;

    public override bool IsDead(long now) => _used == 0;

    public override long Left(in PermitRequest request, long now) => request.Limit - _used;

    public override long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget)
    {
        long name = Interlocked.Increment(ref _lastName);
        _leases[name] = permits;
        _used += permits;
        return name;
    }

    public override long Until(in PermitRequest request, long permits, long now) => Estimate;

    public override bool Refund(long receipt, long permits)
    {
        if (!_leases.TryGetValue(receipt, out long held))
        {
            return false;
        }

        long back = Math.Min(held, permits);
        _used -= back;
        if (back == held)
        {
            _leases.Remove(receipt);
        }
        else
        {
            _leases[receipt] = held - back;
        }

        return true;
    }
}
