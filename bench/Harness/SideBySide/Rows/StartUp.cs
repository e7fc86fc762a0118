using System.Diagnostics;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>P10: from the start of the process to its first whole answer.</summary>
internal sealed class StartUp : IRow
{
    public string Id => "P10";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        string routes = RoutesText.With(site.DestinationUrl, null, ("RateLimit", RoutesText.AmplePolicy), ("Cache", "{}"));
        (string Name, Func<Task<Server>> Start)[] contenders =
        [
            ("empty YARP app", site.BareYarpAsync),
            ("gateway", () => site.GatewayAsync(routes)),
            ("gateway, untrimmed JIT build", () => site.GatewayAsync(routes, "gateway-jit")),
        ];
        var milliseconds = contenders.ToDictionary(static contender => contender.Name, _ => new List<double>());
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach ((string name, Func<Task<Server>> start) in contenders)
            {
                double took = await FirstAnswerAsync(start);
                if (round > 0)
                {
                    milliseconds[name].Add(took);
                }
            }
        }

        var table = new Table("P10 start to first answer", "contender", "ms", "÷ empty YARP app");
        double empty = Medians.Of(milliseconds["empty YARP app"]);
        foreach ((string name, List<double> own) in milliseconds)
        {
            table.Add(name, Table.Number(Medians.Of(own)), Table.Number(Medians.Of(own) / empty));
        }

        double gateway = Medians.Of(milliseconds["gateway"]);
        double jit = Medians.Of(milliseconds["gateway, untrimmed JIT build"]);
        table.Verdict(gateway / jit <= 0.6, $"≤ 0.60 × the JIT build: {Table.Number(gateway / jit)} ×");
        table.Verdict(gateway / empty <= 1.2, $"≤ 1.20 × an empty YARP app: {Table.Number(gateway / empty)} ×");
        return table;
    }

    private static async Task<double> FirstAnswerAsync(Func<Task<Server>> start)
    {
        long begun = Stopwatch.GetTimestamp();
        await using Server server = await start();
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(server.Url + "/plain"));
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}
