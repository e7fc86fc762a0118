namespace Harness.Scaling;

/// <summary>What a deployment asks of Redis, per second.</summary>
/// <param name="HotCalls">Script calls for the hot partition; they meet one shard.</param>
/// <param name="OtherCalls">Script calls for the other partitions.</param>
/// <param name="SessionReads">Reads of sessions.</param>
/// <param name="CachedHits">Responses read from the cache in Redis.</param>
internal sealed record Demand(double HotCalls, double OtherCalls, double SessionReads, double CachedHits)
{
    public static Demand Of(Deployment deployment)
    {
        double hot = deployment.Limited ? deployment.Rate * deployment.HotShare : 0;
        return new Demand(
            hot / (1 + Model.Hot(deployment).Used),
            deployment.Limited ? (deployment.Rate - hot) / (1 + Model.Other(deployment).Used) : 0,
            Reads(deployment),
            deployment.Rate * deployment.FromRedis);
    }

    /// <summary>A gateway reads a session when it is asked for the first time after it was forgotten.</summary>
    private static double Reads(Deployment deployment)
    {
        if (deployment.Sessions == 0)
        {
            return 0;
        }

        double each = deployment.Rate / (deployment.Gateways * deployment.Sessions);
        return deployment.Rate / (1 + (each * deployment.Remember));
    }
}
