using Gateway.Policies.RateLimiting;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>The sliding window by its definition, by brute force: every admission is kept for ever and counted anew at each request.</summary>
internal sealed class Oracle
{
    private readonly Dictionary<(string Policy, UInt128 Partition), List<long>> _admitted = [];

    public IEnumerable<IReadOnlyList<long>> Logs => _admitted.Values;

    public PermitDecision[] Acquire(PermitRequest[] requests, long now) => Acquire(requests, 1, TimeSpan.Zero, now).Decisions;

    public (int Granted, PermitDecision[] Decisions) Acquire(PermitRequest[] requests, int copies, TimeSpan ahead, long now)
    {
        int granted = 0;
        while (granted < copies && requests.All(request => Live(request, now).Length + ((granted + 1) * request.Cost) <= request.Limit))
        {
            granted++;
        }

        foreach (PermitRequest request in requests)
        {
            List<long> log = Log(request);
            long moment = granted > 1 ? now + ahead.Ticks : now;
            log.AddRange(Enumerable.Repeat(Math.Max(moment, log.LastOrDefault()), granted * request.Cost));
        }

        return (granted, [.. requests.Select(request => Decide(request, granted == copies, now))]);
    }

    /// <summary>Forgets permits of the newest stamp.</summary>
    public void Refund(PermitRequest[] requests, int copies)
    {
        foreach (PermitRequest request in requests)
        {
            Log(request).RemoveRange(Log(request).Count - (copies * request.Cost), copies * request.Cost);
        }
    }

    private PermitDecision Decide(PermitRequest request, bool all, long now)
    {
        long[] live = Live(request, now);
        long left = request.Limit - live.Length;
        TimeSpan reset = live.Length == 0 ? TimeSpan.Zero : Until(live[^(int)Math.Min(live.Length, request.Limit)]);
        if (all || left >= request.Cost)
        {
            return new(PermitOutcome.Admitted, left, reset, TimeSpan.Zero);
        }

        TimeSpan retry = request.Cost > request.Limit ? PermitDecision.Never : Until(live[^(int)(request.Limit - request.Cost + 1)]);
        return new(PermitOutcome.Denied, Math.Max(0, left), reset, retry);

        TimeSpan Until(long stamp) => new(stamp + request.Window.Ticks - now);
    }

    private long[] Live(PermitRequest request, long now) => [.. Log(request).Where(stamp => now - stamp < request.Window.Ticks)];

    private List<long> Log(PermitRequest request)
    {
        if (!_admitted.TryGetValue((request.Policy, request.Partition), out List<long>? log))
        {
            _admitted[(request.Policy, request.Partition)] = log = [];
        }

        return log;
    }
}
