using System.Globalization;
using Harness.Measuring;

namespace Harness.Scaling;

/// <summary>What the model says of larger deployments.</summary>
internal static class SizeTables
{
    private static readonly (string Name, Deployment Deployment)[] Loads =
    [
        ("limit, nothing hot", new Deployment { Rate = 1 }),
        ("limit, a tenth hot", new Deployment { Rate = 1, HotShare = 0.1, Limit = 1e9 }),
        ("limit, half hot", new Deployment { Rate = 1, HotShare = 0.5, Limit = 1e9 }),
        ("limit, all hot", new Deployment { Rate = 1, HotShare = 1, Limit = 1e9 }),
        ("limit, nothing hot; 10,000 sessions", new Deployment { Rate = 1, Sessions = 10_000 }),
        ("10,000 sessions, no limit", new Deployment { Rate = 1, Sessions = 10_000, Limited = false }),
        ("a tenth served from Redis' cache, no limit", new Deployment { Rate = 1, FromRedis = 0.1, Limited = false }),
    ];

    /// <summary>Requests a second that keep the busiest shard at 70 %.</summary>
    public static Table MostRequests(Costs one, Costs cluster)
    {
        var table = new Table("Requests a second that Redis carries, busiest shard 70 % busy, 10 gateways", "load", "one primary", "3 shards", "6 shards", "12 shards");
        foreach ((string name, Deployment load) in Loads)
        {
            table.Add([name, .. ((int[])[1, 3, 6, 12]).Select(shards => Rounded(Model.MostRequests(load with { Gateways = 10, Shards = shards }, shards == 1 ? one : cluster)))]);
        }

        return table;
    }

    /// <summary>How few calls a partition takes, by how often each gateway is asked for it.</summary>
    public static Table Leases(Costs costs)
    {
        var table = new Table("Script calls for each request of a partition with much left of a minute's limit", "requests a second and gateway", "permits in advance", "calls each", "µs of Redis each");
        foreach (int rate in (int[])[1, 2, 5, 20, 100, 1_000, 5_000, 20_000])
        {
            var deployment = new Deployment { Rate = rate, HotShare = 1, Limit = 1e9, Window = 60 };
            Forecast forecast = Model.Of(deployment, costs);
            table.Add(
                $"{rate:#,0}", Table.Number(Model.Hot(deployment).Taken), forecast.LimitCalls.ToString("0.0000", CultureInfo.InvariantCulture), Table.Number(forecast.RedisMicroseconds));
        }

        return table;
    }

    /// <summary>The worked example of docs/scaling.md.</summary>
    public static Table Example(Costs one, Costs cluster)
    {
        var deployment = new Deployment
        {
            Rate = 40_000, Gateways = 5, HotShare = 0.3, Limit = 1_000_000, Window = 60, OtherLimit = 100, Sessions = 20_000, FromRedis = 0.02,
        };
        Demand demand = Demand.Of(deployment);
        var table = new Table("Example", "of Redis", "a second", "µs each, one primary", "of its thread", "µs each, Cluster", "of all its threads");
        Line(table, "calls for the partner's permits", demand.HotCalls, one, cluster, costs => Model.HotCost(deployment, costs));
        Line(table, "questions for the other clients' permits", demand.OtherCalls, one, cluster, costs => costs.Of(deployment.OtherLimit));
        Line(table, "reads of sessions", demand.SessionReads, one, cluster, static costs => costs.Session);
        Line(table, "cached responses", demand.CachedHits, one, cluster, static costs => costs.Cached);
        foreach (int shards in (int[])[1, 2, 3])
        {
            table.Note($"busiest of {shards} {(shards == 1 ? "primary" : "shards")}: {Model.Of(deployment with { Shards = shards }, shards == 1 ? one : cluster).BusiestShard:0 %} busy");
        }

        return table;
    }

    private static void Line(Table table, string what, double perSecond, Costs one, Costs cluster, Func<Costs, double> each) => table.Add(
        what, $"{perSecond:#,0}", Table.Number(each(one)), Part(perSecond * each(one)), Table.Number(each(cluster)), Part(perSecond * each(cluster)));

    private static string Part(double microseconds) => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e6:0.0 %}");

    /// <summary>Two digits: the model is no better.</summary>
    private static string Rounded(double number)
    {
        if (double.IsInfinity(number))
        {
            return "no bound";
        }

        double unit = Math.Pow(10, Math.Floor(Math.Log10(number)) - 1);
        return (Math.Floor(number / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture);
    }
}
