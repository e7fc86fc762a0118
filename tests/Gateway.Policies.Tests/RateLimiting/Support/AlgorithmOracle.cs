using Gateway.Policies.RateLimiting;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>What a store must answer: from the definitions, with every wait found by trying moment after moment.</summary>
internal sealed class AlgorithmOracle(long farthest)
{
    private readonly Dictionary<(string Policy, UInt128 Partition), List<(long Moment, long Permits)>> _taken = [];

    public (int Granted, PermitDecision[] Decisions) Acquire(PermitRequest[] requests, int copies, long now)
    {
        int granted = (int)Math.Max(0, requests.Min(request => Math.Min(copies, Left(request, now) / request.Cost)));
        foreach (PermitRequest request in requests)
        {
            Taken(request).Add((now, (long)granted * request.Cost));
        }

        return (granted, [.. requests.Select(request => Decide(request, granted == copies, now))]);
    }

    private PermitDecision Decide(PermitRequest request, bool all, long now)
    {
        long left = Math.Max(0, Left(request, now));
        bool passes = all || left >= request.Cost;
        long capacity = request.Algorithm is RateLimitAlgorithm.TokenBucket ? request.Burst : request.Limit;
        TimeSpan retry = passes ? TimeSpan.Zero : request.Cost > capacity ? PermitDecision.Never : Until(request, request.Cost, now);
        TimeSpan reset = left == capacity ? TimeSpan.Zero : Until(request, left + 1, now);
        return new(passes ? PermitOutcome.Admitted : PermitOutcome.Denied, left, reset, retry);
    }

    /// <summary>The first moment, by bisection: permits left only grow while nothing is taken.</summary>
    private TimeSpan Until(PermitRequest request, long permits, long now)
    {
        (long low, long high) = (0, farthest);
        while (high - low > 1)
        {
            long middle = (low + high) / 2;
            (low, high) = Left(request, now + middle) >= permits ? (low, middle) : (middle, high);
        }

        return TimeSpan.FromMicroseconds(high);
    }

    private long Left(PermitRequest request, long now) => Definitions.Left(request, Taken(request), now);

    private List<(long Moment, long Permits)> Taken(PermitRequest request)
    {
        if (!_taken.TryGetValue((request.Policy, request.Partition), out List<(long, long)>? taken))
        {
            _taken[(request.Policy, request.Partition)] = taken = [];
        }

        return taken;
    }
}
