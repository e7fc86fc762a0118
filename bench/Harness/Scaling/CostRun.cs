using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Measures what one call costs Redis, through a gateway under full load, where calls reach it several at a time.</summary>
internal static class CostRun
{
    private const int Spread = 10_000;
    private const int Entries = 20_000;

    public static async Task<(Costs Costs, Table Table)> MeasureAsync(Func<Server, Site> site, Options options)
    {
        double log = await EachAsync(site, Routes.ExactLimit, new Load("/plain", Keys: Spread), options, static use => use.Microseconds / use.Questions);
        double cells = await EachAsync(site, Routes.WideLimit, new Load("/plain", Keys: Spread), options, static use => use.Microseconds / use.Questions);
        double held = await EachAsync(site, Routes.WideLimit, new Load("/plain", Keys: 1), options, static use => use.Microseconds / use.Calls);
        double session = await EachAsync(site, Routes.UnrememberedSession, new Load("/plain", Sessions: 1_000), options, static use => use.Microseconds / use.Reads);
        double cached = await EachAsync(site, Routes.Cache, new Load("/cached/%d", Paths: Entries), options, static use => use.Microseconds, "--set", "Gateway:CacheMemory=1MB");
        double two = await EachAsync(site, Routes.TwoLimits, new Load("/plain", Keys: Spread), options, static use => use.Microseconds / use.Questions);
        var costs = new Costs(log, cells, held, session, cached);
        var table = new Table("What calls cost Redis", "call", "µs of Redis' thread");
        table.Add("a request's permits, limit up to 5,000 (by moments)", Table.Number(log));
        table.Add("the same for two such limits at once", Table.Number(two));
        table.Add("a request's permits, larger limit (sub-windows)", Table.Number(cells));
        table.Add("a call for a hot partition, with 256 permits in advance", Table.Number(held));
        table.Add("a session (`GET`, `PTTL`)", Table.Number(session));
        table.Add("a cached response of 1 kB that memory has not, all its reads", Table.Number(cached));
        return (costs, table);
    }

    private static async Task<double> EachAsync(
        Func<Server, Site> site, Func<Site, string> routes, Load load, Options options, Func<RedisUse, double> cost, params string[] settings)
    {
        await using Server redis = await Site.RedisAsync();
        Site at = site(redis);
        await Seeding.SessionsAsync(at.RedisPort, 1_000);
        await using Fleet fleet = await Fleet.StartAsync(at, routes(at), 1, settings);
        for (long asked = 0; load.Paths > 0 && asked < load.Paths;)
        {
            asked += await fleet.FillAsync(load with { From = asked + 1 });
        }

        await fleet.LoadAsync(load, options.Seconds, seed: 1);
        var costs = new List<double>();
        for (int round = 0; round < options.Rounds; round++)
        {
            costs.Add(cost(await fleet.LoadAsync(load, options.Seconds, seed: round + 2)));
        }

        return Medians.Of(costs);
    }
}
