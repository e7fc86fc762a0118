using Harness.Servers;

namespace Harness.Growth;

/// <summary>Curve after curve.</summary>
internal static class GrowthRun
{
    public static Task<int> AllAsync(Options options) =>
        Stage.RunAsync(options, Machine.Interleaved(options), async (site, report) =>
        {
            foreach (Curve curve in Curves.All.Where(curve => options.Wants(curve.Id)))
            {
                await using Server redis = await Site.RedisAsync();
                report.Add(await MeasureAsync(curve, site(redis), options));
            }
        });

    /// <summary>A curve that cannot be measured says why and leaves the others alone.</summary>
    private static async Task<string> MeasureAsync(Curve curve, Site site, Options options)
    {
        try
        {
            return (await CurveRun.MeasureAsync(curve.UpTo(options.Largest), site, options)).ToString();
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException)
        {
            return $"### {curve.Id}\n\nNot measured: {problem.Message}\n";
        }
    }
}
