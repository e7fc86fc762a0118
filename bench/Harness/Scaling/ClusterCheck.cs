using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Runs one to three gateways on a Cluster and sets what they did to its shards beside what the model says.</summary>
internal static class ClusterCheck
{
    private const int Spread = 10_000;

    private static readonly (string Name, int Hot)[] Loads = [("spread over 10,000 partitions", 0), ("half hot, half spread", 50), ("one hot partition", 100)];

    public static async Task<Table> MeasureAsync(Func<Server, Site> site, Costs costs, Options options)
    {
        var table = new Table(
            $"The model beside a run on a Cluster of {CostRun.Shards}", "gateways", "load", "requests/s", "script calls each", "model", "µs of all shards each", "model",
            "calls a second, busiest shard", "model", "idlest shard", "model", "busiest shard busy", "model");
        var ratios = new List<(double Calls, double Microseconds, double Busiest)>();
        await using RedisCluster cluster = await RedisCluster.StartAsync(CostRun.Shards);
        foreach (int gateways in (int[])[1, 2, 3])
        {
            await cluster.EmptyAsync();
            Site at = site(cluster.Shards[0]);
            await using Fleet fleet = await Fleet.StartAsync(at, cluster.Shards, Routes.WideLimit(at), gateways);
            foreach ((string name, int hot) in Loads)
            {
                var load = new Load("/plain", Keys: Spread, Hot: hot);
                await fleet.WarmAsync(load, options.Seconds);
                RedisUse use = await fleet.LoadAsync(load, options.Seconds, seed: 2);
                Forecast forecast = Model.Of(
                    new Deployment { Rate = use.Rate, Gateways = gateways, Shards = CostRun.Shards, HotShare = hot / 100.0, OtherLimit = 1_000_000 }, costs);
                table.Add([$"{gateways}", name, .. Cells(use, forecast)]);
                ratios.Add((forecast.LimitCalls / use.Calls, forecast.RedisMicroseconds / use.Microseconds, forecast.HotShardCalls / CallsOf(use).Max()));
            }
        }

        table.Note($"where most requests ask, model ÷ run: calls {Span(ratios, static ratio => ratio.Calls)}; µs {Span(ratios, static ratio => ratio.Microseconds)}; calls of the busiest shard {Span(ratios, static ratio => ratio.Busiest)}");
        return table;
    }

    private static IEnumerable<double> CallsOf(RedisUse use) => use.Shards.Select(shard => shard.Calls * use.Rate);

    private static string[] Cells(RedisUse use, Forecast forecast) =>
    [
        Table.Number(use.Rate), Each(use.Calls), Each(forecast.LimitCalls), Table.Number(use.Microseconds), Table.Number(forecast.RedisMicroseconds),
        Table.Number(CallsOf(use).Max()), Table.Number(forecast.HotShardCalls), Table.Number(CallsOf(use).Min()), Table.Number(forecast.OtherShardCalls),
        Percent(use.Shards.Max(shard => shard.Microseconds) * use.Rate / 1e6), Percent(forecast.BusiestShard),
    ];

    /// <summary>Of the loads but the last of each fleet, whose partition is all hot.</summary>
    private static string Span<T>(List<T> ratios, Func<T, double> figure)
    {
        double[] all = [.. ratios.Where(static (_, index) => index % Loads.Length < Loads.Length - 1).Select(figure)];
        return $"{Table.Number(all.Min())} to {Table.Number(all.Max())}, median {Table.Number(Medians.Of(all))}";
    }

    private static string Each(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Percent(double part) => part.ToString("0.0 %", CultureInfo.InvariantCulture);
}
