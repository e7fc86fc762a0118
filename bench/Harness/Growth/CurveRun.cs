using System.Diagnostics;
using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Growth;

/// <summary>Measures one curve: all its gateways are up and filled, then they are loaded in turn.</summary>
internal static class CurveRun
{
    private const int FillSeconds = 5;

    public static async Task<Table> MeasureAsync(Curve curve, Site site, Options options)
    {
        await (curve.Prepare?.Invoke(site) ?? Task.CompletedTask);
        Contender[] contenders = [.. curve.Points.Select(static point => new Contender(Name(point), point.Start, point.Load))];
        var servers = new List<Server>();
        var starts = new List<double>();
        try
        {
            foreach (Contender contender in contenders)
            {
                long begun = Stopwatch.GetTimestamp();
                servers.Add(await contender.Start(site));
                await Probe.ExpectAsync(contender.Name, servers[^1], contender.Load);
                starts.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await FillAsync(servers[^1], curve.Points[servers.Count - 1]);
                await Rounds.WarmUpAsync(contender, servers[^1], options);
            }

            IReadOnlyDictionary<string, Sample[]> samples = await Rounds.TakeTurnsAsync(contenders, servers, options);
            return Tabulate(curve, samples, starts, [.. servers.Select(static server => server.ResidentBytes())]);
        }
        finally
        {
            foreach (Server server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Asks until everything was asked for once. The few that a slice of the load breaks off are met by the load itself.</summary>
    private static async Task FillAsync(Server server, Point point)
    {
        for (long asked = 0; point.Fill is { } fill && asked < point.Size;)
        {
            double seconds = point.Size < 10_000 ? 1 : FillSeconds;
            asked += (await Wrk.RunAsync(server, fill with { From = asked + 1 }, seconds, seed: 1)).Requests;
        }
    }

    private static Table Tabulate(Curve curve, IReadOnlyDictionary<string, Sample[]> samples, List<double> starts, long[] resident)
    {
        var table = new Table(
            $"Growth: {curve.Title}", curve.Of, "requests/s", "÷ smallest", "CPU µs each", "÷ smallest", "p99 µs", "resident MB", "start ms");
        Sample[] smallest = samples[Name(curve.Points[0])];
        for (int i = 0; i < curve.Points.Count; i++)
        {
            Sample[] own = samples[Name(curve.Points[i])];
            table.Add(
                Name(curve.Points[i]),
                Median(own, static sample => sample.Rate),
                Table.Number(Medians.Ratio(own, smallest, static sample => sample.Rate)),
                Median(own, static sample => sample.Cpu),
                Table.Number(Medians.Ratio(own, smallest, static sample => sample.Cpu)),
                Median(own, static sample => sample.P99),
                Table.Number(resident[i] / 1048576.0),
                Table.Number(starts[i]));
        }

        Conclude(table, curve, samples, resident);
        return table;
    }

    private static void Conclude(Table table, Curve curve, IReadOnlyDictionary<string, Sample[]> samples, long[] resident)
    {
        Point small = curve.Points[0];
        Point large = curve.Points[^1];
        double ratio = Medians.Ratio(samples[Name(large)], samples[Name(small)], static sample => sample.Rate);
        table.Verdict(ratio >= Curve.Goal, $"{Name(large)} {curve.Of} ≥ {Table.Number(Curve.Goal)} × {Name(small)}: {Table.Number(ratio)} ×");
        if (large.Size >= 10_000)
        {
            table.Note($"{Table.Number((double)(resident[^1] - resident[0]) / (large.Size - small.Size))} bytes of resident memory more for each of {Name(large)}");
        }
    }

    private static string Median(Sample[] samples, Func<Sample, double> figure) => Table.Number(Medians.Of(samples.Select(figure)));

    private static string Name(Point point) => point.Size.ToString("#,0", CultureInfo.InvariantCulture);
}
