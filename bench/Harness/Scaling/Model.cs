using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;

namespace Harness.Scaling;

/// <summary>
/// The arithmetic of docs/scaling.md. It leaves out what only makes calls fewer: requests that meet while a call is in flight, and
/// misses of sessions that are read once for all who wait.
/// </summary>
internal static class Model
{
    /// <summary>A shard that is busier answers late: calls wait for each other.</summary>
    public const double Busy = 0.7;

    private const double Boundless = 5e7;

    public static Forecast Of(Deployment deployment, Costs costs)
    {
        Demand demand = Demand.Of(deployment);
        double onHotShard = demand.HotCalls * HotCost(deployment, costs);
        double spread = (demand.OtherCalls * costs.Of(deployment.OtherLimit)) + (demand.SessionReads * costs.Session) + (demand.CachedHits * costs.Cached);
        return new Forecast(
            (demand.HotCalls + demand.OtherCalls) / deployment.Rate,
            demand.SessionReads / deployment.Rate,
            (onHotShard + spread) / deployment.Rate,
            (onHotShard + (spread / deployment.Shards)) / 1e6,
            demand.HotCalls + (demand.OtherCalls / deployment.Shards),
            demand.OtherCalls / deployment.Shards);
    }

    /// <summary>A call for the hot partition, in microseconds: dearer where it takes many permits in advance, since then its state is large.</summary>
    public static double HotCost(Deployment deployment, Costs costs) => Hot(deployment).Taken > LeaseTerms.Size(Pace.Plenty, long.MaxValue) ? costs.Held : costs.Of(deployment.Limit);

    /// <summary>Requests per second at which the busiest shard is as busy as it should get at most; infinity: Redis is no bound.</summary>
    public static double MostRequests(Deployment deployment, Costs costs)
    {
        double low = 1;
        double high = 1e8;
        while (high / low > 1.001)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = Of(deployment with { Rate = middle }, costs).BusiestShard <= Busy ? (middle, high) : (low, middle);
        }

        return low > Boundless ? double.PositiveInfinity : low;
    }

    /// <summary>Permits that a gateway takes in advance of the hot partition.</summary>
    public static Advance Hot(Deployment deployment) => Of(deployment, deployment.Rate * deployment.HotShare, deployment.Limit);

    /// <summary>The same of each other partition.</summary>
    public static Advance Other(Deployment deployment) => deployment.OtherPartitions == 0
        ? default
        : Of(deployment, deployment.Rate * (1 - deployment.HotShare) / deployment.OtherPartitions, deployment.OtherLimit);

    /// <summary>What the gateway decides for a partition that comes at an even rate.</summary>
    private static Advance Of(Deployment deployment, double rate, double limit)
    {
        var request = new PermitRequest("p", 1, (long)limit, TimeSpan.FromSeconds(deployment.Window));
        TimeSpan longestHold = LeaseTerms.LongestHold([request]);
        if (longestHold == TimeSpan.Zero || rate == 0)
        {
            return default;
        }

        double each = rate / deployment.Gateways;
        double longestSlice = LeaseTerms.LongestSlice(longestHold).TotalSeconds;
        double slice = Math.Clamp(Pace.Plenty / each, Pace.Shortest.TotalSeconds, longestSlice);
        TimeSpan hold = LeaseTerms.Hold(TimeSpan.FromSeconds(slice), longestHold);
        long left = (long)Math.Max(0, limit - (rate * deployment.Window));
        int expected = Math.Max((int)(each * slice), each * 2 * longestSlice > 1 ? 1 : 0);
        int taken = LeaseTerms.Size(expected, LeaseTerms.Allowance(request, left, held: 0, deployment.Gateways, hold));
        return new Advance(taken, Math.Min(taken, each * hold.TotalSeconds));
    }
}
