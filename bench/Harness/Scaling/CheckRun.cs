using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Runs one to three gateways on this machine and sets what they did to Redis beside what the model says.</summary>
internal static class CheckRun
{
    private const int Spread = 10_000;
    private const int Sessions = 1_000;

    /// <summary>Questions for each request, from which on Redis is asked most of the time.</summary>
    private const double Many = 0.4;

    /// <summary>Several times what sessions are remembered, which the first requests of a run all read.</summary>
    private const double SessionSeconds = 10;

    private static readonly Check[] Checks =
    [
        .. from gateways in (int[])[1, 2, 3]
           from hot in (int[])[0, 50, 100]
           select new Check(
               hot == 0 ? "spread over 10,000 partitions" : hot == 100 ? "one hot partition" : "half hot, half spread",
               gateways, Routes.WideLimit, new Load("/plain", Keys: Spread, Hot: hot), new Deployment { Rate = 1, HotShare = hot / 100.0, OtherLimit = 1_000_000 }),
        new("spread over 50 partitions", 1, Routes.WideLimit, new Load("/plain", Keys: 50), new Deployment { Rate = 1, OtherPartitions = 50, OtherLimit = 1_000_000 }),
        .. from gateways in (int[])[1, 3]
           select new Check("1,000 sessions", gateways, Routes.Sessions, new Load("/plain", Sessions: Sessions), new Deployment { Rate = 1, Limited = false, Sessions = Sessions }, SessionSeconds),
        new("half hot, 1,000 sessions", 2, Routes.LimitAndSession, new Load("/plain", Keys: Spread, Hot: 50, Sessions: Sessions), new Deployment { Rate = 1, HotShare = 0.5, OtherLimit = 1_000_000, Sessions = Sessions }, SessionSeconds),
    ];

    public static async Task<Table> MeasureAsync(Func<Server, Site> site, Costs costs, Options options)
    {
        var table = new Table(
            "The model beside a run", "gateways", "load", "requests/s", "script calls each", "questions each", "model", "session reads each", "model", "µs of Redis each", "model");
        var results = new List<(RedisUse Run, Forecast Model)>();
        foreach ((Check check, RedisUse use) in await RunAllAsync(site, options))
        {
            Forecast forecast = Model.Of(check.Deployment with { Rate = use.Rate, Gateways = check.Gateways }, costs);
            results.Add((use, forecast));
            table.Add(
                $"{check.Gateways}", check.Name, Table.Number(use.Rate), Each(use.Calls), Each(use.Questions), Each(forecast.LimitCalls), Each(use.Reads), Each(forecast.SessionReads),
                Table.Number(use.Microseconds), Table.Number(forecast.RedisMicroseconds));
        }

        Note(table, "questions where most requests ask one", results.Where(IsBusy).Select(static result => result.Model.LimitCalls / result.Run.Questions));
        Note(table, "questions for hot partitions", results.Where(static result => result.Model.LimitCalls is > 0 and < Many).Select(static result => result.Model.LimitCalls / result.Run.Questions));
        Note(table, "session reads", results.Where(static result => result.Model.SessionReads > 0).Select(static result => result.Model.SessionReads / result.Run.Reads));
        Note(table, "µs of Redis where most requests ask", results.Where(IsBusy).Select(static result => result.Model.RedisMicroseconds / result.Run.Microseconds));
        return table;
    }

    private static bool IsBusy((RedisUse Run, Forecast Model) result) => result.Model.LimitCalls >= Many;

    private static void Note(Table table, string what, IEnumerable<double> ratios)
    {
        double[] all = [.. ratios];
        if (all.Length > 0)
        {
            table.Note($"{what}, model ÷ run: {Table.Number(all.Min())} to {Table.Number(all.Max())}, median {Table.Number(Medians.Of(all))}");
        }
    }

    private static async Task<List<(Check Check, RedisUse Use)>> RunAllAsync(Func<Server, Site> site, Options options)
    {
        var uses = new List<(Check Check, RedisUse Use)>();
        foreach (IGrouping<(int, Func<Site, string>), Check> alike in Checks.GroupBy(static check => (check.Gateways, check.Routes)))
        {
            await using Server redis = await Site.RedisAsync();
            Site at = site(redis);
            await Seeding.SessionsAsync(at.RedisPort, Sessions);
            await using Fleet fleet = await Fleet.StartAsync(at, [redis], alike.First().Routes(at), alike.First().Gateways);
            foreach (Check check in alike)
            {
                await fleet.WarmAsync(check.Load, options.Seconds);
                uses.Add((check, await fleet.LoadAsync(check.Load, Math.Max(options.Seconds, check.Seconds), seed: 2)));
            }
        }

        return uses;
    }

    private static string Each(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);
}
