using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>P6: how many script calls an admitted request costs when one partition is hot. A count, the same on any machine.</summary>
internal sealed class RedisCalls : IRow
{
    public string Id => "P6";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        await using Server gateway = await site.GatewayAsync(RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", RoutesText.AmplePolicy)));
        var load = new Load("/plain", Keys: 1);
        await Probe.ExpectAsync("gateway", gateway, load);
        var table = new Table("P6 Redis calls for each admitted request, 64 connections, one hot partition", "round", "requests", "script calls", "calls a request");
        var each = new List<double>();
        for (int round = 1; round <= options.Rounds; round++)
        {
            long before = await Seeding.CommandsAsync(site.RedisPort, "evalsha");
            Sample sample = await Wrk.RunAsync(gateway, load, options.Seconds, round);
            long calls = await Seeding.CommandsAsync(site.RedisPort, "evalsha") - before;
            each.Add((double)calls / sample.Requests);
            table.Add($"{round}", $"{sample.Requests}", $"{calls}", each[^1].ToString("0.000"));
        }

        table.Verdict(Medians.Of(each) <= 0.1, $"≤ 0.1 calls for each: {Medians.Of(each):0.000}");
        return table;
    }
}
