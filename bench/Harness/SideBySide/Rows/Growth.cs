using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>P7: more routes, partitions or limits must not cost throughput. Each pair is interleaved by itself.</summary>
internal sealed class Growth : IRow
{
    /// <summary>A million partitions were 0.92 and 1.01 times as fast as ten in two runs of three rounds.</summary>
    private const int LeastRounds = 5;

    /// <summary>Seconds; gateways are only set beside each other.</summary>
    private const int WarmUp = 8;

    private const string Four = $"[ {RoutesText.AmplePolicy}, {RoutesText.AmplePolicy}, {RoutesText.AmplePolicy}, {RoutesText.AmplePolicy} ]";

    private static readonly (Contender Small, Contender Large)[] Pairs =
    [
        (new("10 routes", static site => site.GatewayAsync(RoutesText.Many(site.DestinationUrl, 10)), new Load("/plain/1", Keys: 1)),
         new("10,000 routes", static site => site.GatewayAsync(RoutesText.Many(site.DestinationUrl, 10_000)), new Load("/plain/1", Keys: 1))),
        (new("10 partitions", OneLimitAsync, new Load("/plain", Keys: 10)),
         new("1,000,000 partitions", OneLimitAsync, new Load("/plain", Keys: 1_000_000))),
        (new("1 limit", OneLimitAsync, new Load("/plain", Keys: 10)),
         new("4 limits", static site => site.GatewayAsync(RoutesText.With(site.DestinationUrl, null, ("RateLimit", Four))), new Load("/plain", Keys: 10))),
    ];

    public string Id => "P7";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        var table = new Table("P7 growth (limits in process)", "small", "requests/s", "large", "requests/s", "large ÷ small");
        foreach ((Contender small, Contender large) in Pairs)
        {
            IReadOnlyDictionary<string, Sample[]> samples = await Rounds.RunAsync([small with { WarmUp = WarmUp }, large with { WarmUp = WarmUp }], site, options.WithRounds(LeastRounds));
            double ratio = Medians.Ratio(samples[large.Name], samples[small.Name], static sample => sample.Rate);
            table.Add(small.Name, Rate(samples[small.Name]), large.Name, Rate(samples[large.Name]), Table.Number(ratio));
            table.Verdict(ratio >= 0.95, $"{large.Name} ≥ 0.95 × {small.Name}: {Table.Number(ratio)} ×");
        }

        return table;
    }

    private static Task<Server> OneLimitAsync(Site site) =>
        site.GatewayAsync(RoutesText.With(site.DestinationUrl, null, ("RateLimit", RoutesText.AmplePolicy)));

    private static string Rate(Sample[] samples) => Table.Number(Medians.Of(samples.Select(static sample => sample.Rate)));
}
