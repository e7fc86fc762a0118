using Harness.Measuring;

namespace Harness.Scaling;

/// <summary>What calls cost, whether the model holds here, and what it says of more than this machine.</summary>
internal static class ScalingRun
{
    public static Task<int> AllAsync(Options options) =>
        Stage.RunAsync(options, $"{options.Rounds} × {options.Seconds} s for each cost, the median counts; wrk, a thread for each gateway, 64 connections in all", async (site, report) =>
        {
            (Costs costs, Costs cluster, Table table) = await CostRun.MeasureAsync(site, options);
            report.Add(table.ToString());
            (Costs busy, Table busyTable) = await BusyShard.MeasureAsync(cluster, options);
            report.Add(busyTable.ToString());
            report.Add(SizeTables.Leases(costs).ToString());
            report.Add(SizeTables.MostRequests(costs, busy).ToString());
            report.Add(SizeTables.Example(costs, busy).ToString());
            if (options.Wants("check"))
            {
                await report.AddAsync("The model beside a run", () => CheckRun.MeasureAsync(site, costs, options));
                await report.AddAsync("The model beside a run on a Cluster", () => ClusterCheck.MeasureAsync(site, cluster, options));
                await report.AddAsync("A flooded partition", () => Flood.MeasureAsync(site, options));
            }
        });
}
