namespace Harness.Scaling;

/// <summary>
/// The arithmetic of docs/scaling.md. It leaves out what only makes calls fewer: requests that meet while a call is in flight, and
/// misses of sessions that are read once for all who wait.
/// </summary>
internal static class Model
{
    /// <summary>How often a question came is told by slices of so many seconds.</summary>
    public const double Slice = 0.05;

    public const int SmallestLease = 16;
    public const int LargestLease = 2048;

    /// <summary>Part of its share of what is left that a gateway may hold.</summary>
    private const int Share = 8;

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

    /// <summary>A call for the hot partition, in microseconds: dearer where it takes permits in advance, since then its state is large.</summary>
    public static double HotCost(Deployment deployment, Costs costs) => Lease(deployment) > 0 ? costs.Held : costs.Of(deployment.Limit);

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
    public static double Lease(Deployment deployment)
    {
        double hot = deployment.Rate * deployment.HotShare;
        double expected = hot / deployment.Gateways * Slice;
        double left = Math.Max(0, deployment.Limit - (hot * deployment.Window));
        double size = Math.Min(Math.Min(expected, left / (Share * deployment.Gateways)), LargestLease);
        return size < SmallestLease ? 0 : size;
    }
}
