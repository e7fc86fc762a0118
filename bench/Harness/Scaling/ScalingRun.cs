using Harness.Measuring;

namespace Harness.Scaling;

/// <summary>What calls cost, whether the model holds here, and what it says of more than this machine.</summary>
internal static class ScalingRun
{
    public static Task<int> AllAsync(Options options) =>
        Stage.RunAsync(options, $"{options.Rounds} × {options.Seconds} s for each cost, the median counts; wrk, a thread for each gateway, 64 connections in all", async (site, report) =>
        {
            (Costs costs, Table table) = await CostRun.MeasureAsync(site, options);
            report.Add(table.ToString());
            report.Add(SizeTables.Leases(costs).ToString());
            report.Add(SizeTables.MostRequests(costs).ToString());
            report.Add(SizeTables.Example(costs).ToString());
            if (options.Wants("check"))
            {
                await report.AddAsync("The model beside a run", () => CheckRun.MeasureAsync(site, costs, options));
                await report.AddAsync("A flooded partition", () => Flood.MeasureAsync(site, options));
            }
        });
}
