using Gateway.Policies.RateLimiting;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>The limit by its definition, by brute force: every admission is kept for ever and counted anew at each request.</summary>
internal sealed class Oracle
{
    private readonly Dictionary<(string Policy, UInt128 Partition), List<long>> _admitted = [];

    public IEnumerable<IReadOnlyList<long>> Logs => _admitted.Values;

    public PermitDecision[] Acquire(PermitRequest[] requests, long now)
    {
        bool all = requests.All(request => Live(request, now).Length < request.Limit);
        return [.. requests.Select(request => Decide(request, now, all))];
    }

    private PermitDecision Decide(PermitRequest request, long now, bool take)
    {
        long[] live = Live(request, now);
        if (live.Length >= request.Limit)
        {
            TimeSpan retry = new(live[^(int)request.Limit] + request.Window.Ticks - now);
            return new(PermitOutcome.Denied, 0, retry, retry);
        }

        if (take)
        {
            _admitted[(request.Policy, request.Partition)] = [.. _admitted.GetValueOrDefault((request.Policy, request.Partition), []), now];
            live = [.. live, now];
        }

        TimeSpan reset = live.Length == 0 ? TimeSpan.Zero : new(live[0] + request.Window.Ticks - now);
        return new(PermitOutcome.Admitted, request.Limit - live.Length, reset, TimeSpan.Zero);
    }

    private long[] Live(PermitRequest request, long now) =>
        [.. _admitted.GetValueOrDefault((request.Policy, request.Partition), []).Where(stamp => now - stamp < request.Window.Ticks)];
}
