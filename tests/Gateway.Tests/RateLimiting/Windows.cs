using System.Diagnostics;

namespace Gateway.Tests.RateLimiting;

/// <summary>Counts admissions in windows of time.</summary>
internal static class Windows
{
    /// <summary>
    /// The most admissions that any one window is sure to have seen: those sent after its beginning and arrived before its end. Whatever
    /// the delays were, more than the limit is a proof that the limit was exceeded.
    /// </summary>
    public static int Densest(IEnumerable<Admission> admissions, TimeSpan window)
    {
        Admission[] sorted = [.. admissions.OrderBy(admission => admission.Arrived)];
        long length = (long)(window.TotalSeconds * Stopwatch.Frequency);
        int most = 0;
        for (int last = 0; last < sorted.Length; last++)
        {
            long begin = sorted[last].Arrived - length;
            int seen = 0;
            for (int i = last; i >= 0 && sorted[i].Arrived > begin; i--)
            {
                seen += sorted[i].Sent > begin ? 1 : 0;
            }

            most = Math.Max(most, seen);
        }

        return most;
    }
}
