using System.Collections.Concurrent;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting.Offenders;

/// <summary>Who is rejected most by each limit, at this gateway. A sketch of about 16 kB per limit that rejects.</summary>
internal sealed class OffenderTable(PartitionSecret secret, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, OffenderSketch> _sketches = new(StringComparer.Ordinal);

    /// <summary>Counts the limits that reject a request.</summary>
    public void Count(RequestLimits request, HttpContext context)
    {
        for (int i = 0; i < request.Evaluated; i++)
        {
            if (request.Decisions[i].Outcome is PermitOutcome.Denied)
            {
                Count(request.At(i).Policy, request.PartitionOf(i), request.Limits.Route, context);
            }
        }
    }

    public IReadOnlyList<Offender> Top(string policy, int count) => _sketches.TryGetValue(policy, out OffenderSketch? sketch) ? sketch.Top(count) : [];

    private void Count(RateLimitPolicy policy, UInt128 partition, RoutePolicies route, HttpContext context)
    {
        OffenderSketch sketch = _sketches.GetOrAdd(policy.Name, static (_, clock) => new OffenderSketch(clock), time);
        if (!sketch.Count(partition))
        {
            sketch.Name(partition, PartitionLabel.Of(policy, route, context, secret));
        }
    }
}
