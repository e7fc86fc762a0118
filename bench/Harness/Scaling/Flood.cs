using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>A partition far beyond its limit: calls depend on the limit, not on the flood.</summary>
internal static class Flood
{
    public static async Task<Table> MeasureAsync(Func<Server, Site> site, Options options)
    {
        var table = new Table("A flooded partition", "gateways", "limit a second", "requests/s", "script calls a second", "bound: (gateways + 1) × limit");
        foreach ((int gateways, int limit) in ((int, int)[])[(1, 10), (1, 100), (3, 100)])
        {
            await using Server redis = await Site.RedisAsync();
            Site at = site(redis);
            await using Fleet fleet = await Fleet.StartAsync(at, [redis], Routes.Tight(at, limit), gateways);
            var load = new Load("/plain", Keys: 1, Status: 0);
            await fleet.WarmAsync(load, options.Seconds);
            RedisUse use = await fleet.LoadAsync(load, options.Seconds, seed: 2);
            table.Add(
                $"{gateways}", $"{limit}", Table.Number(use.Rate), Table.Number(use.Calls * use.Rate), ((gateways + 1) * limit).ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }
}
