namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>Counts admissions in windows of time.</summary>
internal static class Densest
{
    /// <summary>The most permits that any half-open window of that length holds.</summary>
    /// <param name="admitted">In order of their moments.</param>
    /// <param name="window">In the moments' unit.</param>
    public static long Of(IReadOnlyList<(long Moment, long Permits)> admitted, long window)
    {
        (long densest, long seen) = (0, 0);
        for (int first = 0, last = 0; last < admitted.Count; last++)
        {
            seen += admitted[last].Permits;
            while (admitted[last].Moment - admitted[first].Moment >= window)
            {
                seen -= admitted[first++].Permits;
            }

            densest = Math.Max(densest, seen);
        }

        return densest;
    }
}
