using System.Diagnostics;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>P10: from the start of the process to its first whole answer.</summary>
internal sealed class StartUp : IRow
{
    private const int Starts = 9;

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
        var starts = contenders.ToDictionary(static contender => contender.Name, _ => new List<(double Took, double Cpu)>());
        for (int round = 0; round <= options.WithRounds(Starts).Rounds; round++)
        {
            foreach ((string name, Func<Task<Server>> make) in contenders)
            {
                (double Took, double Cpu) start = await FirstAnswerAsync(make);
                if (round > 0)
                {
                    starts[name].Add(start);
                }
            }
        }

        var table = new Table("P10 start to first answer", "contender", "ms", "÷ empty YARP app", "processor ms", "÷ empty YARP app");
        double empty = Took("empty YARP app");
        foreach (string name in starts.Keys)
        {
            table.Add(name, Table.Number(Took(name)), Table.Number(Took(name) / empty), Table.Number(Cpu(name)), Table.Number(Cpu(name) / Cpu("empty YARP app")));
        }

        double gateway = Took("gateway");
        double jit = Took("gateway, untrimmed JIT build");
        table.Verdict(gateway / jit <= 0.6, $"≤ 0.60 × the JIT build: {Table.Number(gateway / jit)} ×");
        table.Verdict(gateway / empty <= 1.2, $"≤ 1.20 × an empty YARP app: {Table.Number(gateway / empty)} ×");
        return table;

        double Took(string name) => Medians.Of(starts[name].Select(static start => start.Took));

        double Cpu(string name) => Medians.Of(starts[name].Select(static start => start.Cpu));
    }

    private static async Task<(double Took, double Cpu)> FirstAnswerAsync(Func<Task<Server>> start)
    {
        long begun = Stopwatch.GetTimestamp();
        await using Server server = await start();
        using var client = new HttpClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri(server.Url + "/plain"));
        response.EnsureSuccessStatusCode();
        return (Stopwatch.GetElapsedTime(begun).TotalMilliseconds, server.ProcessorTime().TotalMilliseconds);
    }
}
