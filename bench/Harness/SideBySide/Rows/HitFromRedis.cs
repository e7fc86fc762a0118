using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>
/// P4: hits that memory has not. The gateway's memory is made so small beside the entries asked for that nearly every hit is read from
/// Redis; the share that was is counted there and shown.
/// </summary>
internal sealed class HitFromRedis : IRow
{
    private const int Entries = 20_000;
    private static readonly Load Cached = new("/cached/%d", Paths: Entries);

    public string Id => "P4";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        await FillAsync(site);
        Contender forward = new("gateway, forward only", static at => at.GatewayAsync(RoutesText.With(at.DestinationUrl, null)), new Load("/plain"));
        Contender bare = new("bare Kestrel, one GET of Redis", static at => at.BareRedisAsync(Site.BodyBytes), new Load("/"));
        Contender hit = new("gateway, hit from Redis", CachingAsync, Cached);
        IReadOnlyDictionary<string, Sample[]> samples = await Rounds.RunAsync([forward, bare, hit], site, options);
        var table = new Table("P4 cache hit from Redis, memory cold", "contender", "requests/s", "p50 µs", "p99 µs", "CPU µs each");
        foreach ((string name, Sample[] own) in samples)
        {
            table.Add(name, Of(own, static sample => sample.Rate), Of(own, static sample => sample.P50), Of(own, static sample => sample.P99), Of(own, static sample => sample.Cpu));
        }

        double ratio = Medians.Ratio(samples[hit.Name], samples[forward.Name], static sample => sample.Rate);
        table.Verdict(ratio >= 3, $"≥ 3 × the forward path: {Table.Number(ratio)} ×");
        table.Note($"{Table.Number(Medians.Ratio(samples[hit.Name], samples[bare.Name], static sample => sample.Rate))} × bare Kestrel with one GET, which is {Table.Number(Medians.Ratio(samples[bare.Name], samples[forward.Name], static sample => sample.Rate))} × the forward path");
        table.Note($"{Table.Number(await ReadsForAHitAsync(site, options))} reads from Redis for each hit");
        return table;
    }

    private static string Of(Sample[] samples, Func<Sample, double> figure) => Table.Number(Medians.Of(samples.Select(figure)));

    /// <summary>In a run of its own, counted once it is warm: while its methods are still being compiled, its questions come too late and are asked again.</summary>
    private static async Task<double> ReadsForAHitAsync(Site site, Options options)
    {
        await using Server gateway = await CachingAsync(site);
        await Wrk.RunAsync(gateway, Cached, Rounds.ManagedWarmUp, seed: 2);
        long before = await ReadsAsync(site);
        Sample run = await Wrk.RunAsync(gateway, Cached, options.Seconds, seed: 1);
        return (double)(await ReadsAsync(site) - before) / run.Requests;
    }

    private static async Task FillAsync(Site site)
    {
        await using Server gateway = await CachingAsync(site);
        using var client = new HttpClient();
        for (int path = 1; path <= Entries; path++)
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"{gateway.Url}/cached/{path}"));
            response.EnsureSuccessStatusCode();
        }
    }

    private static Task<Server> CachingAsync(Site site) =>
        site.GatewayAsync(RoutesText.With(site.DestinationUrl, site.RedisPort, ("Cache", "{}")), "gateway", "--set", "Gateway:CacheMemory=1MB");

    private static async Task<long> ReadsAsync(Site site) =>
        await Seeding.CommandsAsync(site.RedisPort, "hmget") + await Seeding.CommandsAsync(site.RedisPort, "hget")
        + await Seeding.CommandsAsync(site.RedisPort, "hgetall") + await Seeding.CommandsAsync(site.RedisPort, "get");
}
