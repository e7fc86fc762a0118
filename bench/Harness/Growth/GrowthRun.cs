using Harness.Measuring;
using Harness.Servers;

namespace Harness.Growth;

/// <summary>Curve after curve.</summary>
internal static class GrowthRun
{
    public static Task<int> AllAsync(Options options) =>
        Stage.RunAsync(options, Machine.Interleaved(options, $"{Rounds.ShortWarmUp} rounds' time"), async (site, report) =>
        {
            foreach (Curve curve in Curves.All.Where(curve => options.Wants(curve.Id)))
            {
                await using Server redis = await Site.RedisAsync();
                await report.AddAsync(curve.Id, () => CurveRun.MeasureAsync(curve.UpTo(options.Largest), site(redis), options));
            }
        });
}
