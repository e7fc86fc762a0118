using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>
/// Measures what one call costs Redis, through a gateway under full load: on one primary, where questions of several requests share a
/// call, and on a Cluster, where each is a call. Rounds of the two take turns.
/// </summary>
internal static class CostRun
{
    public const int Shards = 3;

    private static readonly Call[] Calls = [Call.Log, Call.Two, Call.SubWindows, Call.Held, Call.Session, Call.Cached];

    public static async Task<(Costs One, Costs Cluster, Table Table)> MeasureAsync(Func<Server, Site> site, Options options)
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync(Shards);
        var table = new Table(
            "What calls cost Redis", "call", "µs of Redis' thread, one primary", $"{Shards} shards", "script calls each request, one primary", $"{Shards} shards");
        var one = new Dictionary<Call, Price>();
        var three = new Dictionary<Call, Price>();
        foreach (Call call in Calls)
        {
            (one[call], three[call]) = await EachAsync(call, site, cluster, options);
            table.Add(
                call.Name, Table.Number(one[call].Redis), Table.Number(three[call].Redis), Table.Number(one[call].Calls), Table.Number(three[call].Calls));
        }

        table.Note($"a gateway's own µs for a request that asks for permits (by moments): {Table.Number(one[Call.Log].Gateway)} on one primary, {Table.Number(three[Call.Log].Gateway)} on {Shards} shards");

        return (Of(one), Of(three), table);
    }

    private static Costs Of(Dictionary<Call, Price> prices) => new(
        prices[Call.Log].Redis, prices[Call.SubWindows].Redis, prices[Call.Held].Redis, prices[Call.Session].Redis, prices[Call.Cached].Redis);

    private static async Task<(Price One, Price Cluster)> EachAsync(Call call, Func<Server, Site> site, RedisCluster cluster, Options options)
    {
        await using Server redis = await Site.RedisAsync();
        await cluster.EmptyAsync();
        Site at = site(redis);
        await using Fleet one = await StartAsync(call, at, [redis]);
        await using Fleet three = await StartAsync(call, at, cluster.Shards);
        await WarmAsync(one, call, options);
        await WarmAsync(three, call, options);
        var onOne = new List<RedisUse>();
        var onThree = new List<RedisUse>();
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (bool first in (bool[])[round % 2 == 0, round % 2 != 0])
            {
                (first ? onOne : onThree).Add(await (first ? one : three).LoadAsync(call.Load, options.Seconds, seed: round + 2));
            }
        }

        return (Price.Of(call, onOne), Price.Of(call, onThree));
    }

    private static async Task<Fleet> StartAsync(Call call, Site at, IReadOnlyList<Server> shards)
    {
        await Seeding.SessionsAsync(shards[0].Port, call.Load.Sessions);
        return await Fleet.StartAsync(at, shards, call.Routes(at), 1, call.Settings);
    }

    private static async Task WarmAsync(Fleet fleet, Call call, Options options)
    {
        for (long asked = 0; call.Load.Paths > 0 && asked < call.Load.Paths;)
        {
            asked += await fleet.FillAsync(call.Load with { From = asked + 1 });
        }

        await fleet.WarmAsync(call.Load, Math.Max(options.Seconds, call.WarmUp));
    }
}
