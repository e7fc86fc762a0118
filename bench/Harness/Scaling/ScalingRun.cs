using Harness.Measuring;

namespace Harness.Scaling;

/// <summary>What calls cost, whether the model holds here, and what it says of more than this machine.</summary>
internal static class ScalingRun
{
    public static Task<int> AllAsync(Options options) =>
        Stage.RunAsync(options, $"{options.Rounds} × {options.Seconds} s for each cost, of which the lowest counts: what else the machine does only adds; wrk, a thread for each gateway, 64 connections in all", async (site, report) =>
        {
            (Costs one, Costs cluster, Table table) = await CostRun.MeasureAsync(site, options);
            report.Add(table.ToString());
            (double log, double subWindows, Table busy) = await BusyShard.MeasureAsync(options);
            report.Add(busy.ToString());
            Costs busyOne = one with { Log = log, SubWindows = subWindows };
            Costs busyCluster = cluster with { Log = log, SubWindows = subWindows };
            report.Add(SizeTables.Leases(busyOne).ToString());
            report.Add(SizeTables.MostRequests(busyOne, busyCluster).ToString());
            report.Add(SizeTables.Example(busyOne, busyCluster).ToString());
            if (options.Wants("check"))
            {
                await report.AddAsync("The model beside a run", () => CheckRun.MeasureAsync(site, one, options));
                await report.AddAsync("The model beside a run on a Cluster", () => ClusterCheck.MeasureAsync(site, cluster, options));
                await report.AddAsync("A flooded partition", () => Flood.MeasureAsync(site, options));
            }
        });
}
