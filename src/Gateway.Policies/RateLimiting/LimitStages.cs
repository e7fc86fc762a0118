using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>Which stage a limit belongs to.</summary>
internal static class LimitStages
{
    /// <summary>A route without sessions evaluates all its limits first; parts that need a session are then missing.</summary>
    public static LimitStage Of(RateLimitPolicy policy, RoutePolicies route)
    {
        if (route.Session is not null)
        {
            if (policy.Plans?.From.NeedsSession is true)
            {
                return LimitStage.AfterSession;
            }

            foreach (PartitionPart part in policy.PartitionBy)
            {
                if (part.NeedsSession)
                {
                    return LimitStage.AfterSession;
                }
            }
        }

        return LimitStage.BeforeSession;
    }
}
