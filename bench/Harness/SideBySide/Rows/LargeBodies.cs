using System.Diagnostics;
using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>P9: one gigabyte down and up; seconds, and how much more memory the gateway takes meanwhile.</summary>
internal sealed class LargeBodies : IRow
{
    private const long Gigabyte = 1L << 30;
    private const double MoreMegabytes = 20;

    public string Id => "P9";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        string file = SparseFile(site.Directory);
        await using Server yarp = await site.BareYarpAsync();
        await using Server gateway = await site.GatewayAsync(
            RoutesText.With(site.DestinationUrl, null), "gateway", "--set", "Gateway:MaxRequestBody=2GB");
        await using Server nginx = await site.NginxAsync();
        (string Name, Server Server)[] contenders = [("bare YARP", yarp), ("gateway", gateway), ("nginx", nginx)];
        var table = new Table("P9 one gigabyte", "contender", "down MB/s", "up MB/s", "÷ bare YARP down", "÷ bare YARP up", "more memory MB");
        var down = contenders.ToDictionary(static contender => contender.Name, _ => new List<double>());
        var up = contenders.ToDictionary(static contender => contender.Name, _ => new List<double>());
        foreach ((string _, Server server) in contenders)
        {
            // Warm-up, so that the peak below is the body's, not the first request's.
            await CurlAsync("-o", "/dev/null", server.Url + "/plain");
        }

        long[] before = [.. contenders.Select(static contender => contender.Server.ResidentBytes())];
        for (int round = 0; round < Math.Min(options.Rounds, 3); round++)
        {
            foreach ((string name, Server server) in contenders)
            {
                down[name].Add(await CurlAsync("-o", "/dev/null", server.Url + "/big/" + Path.GetFileName(file)));
                up[name].Add(await CurlAsync("-o", "/dev/null", "-H", "Expect:", "-X", "POST", "-T", file, server.Url + "/sink"));
            }
        }

        for (int i = 0; i < contenders.Length; i++)
        {
            string name = contenders[i].Name;
            double more = (Peak(contenders[i].Server) - before[i]) / 1048576.0;
            table.Add(name, Speed(down[name]), Speed(up[name]), Ratio(down, name), Ratio(up, name), Table.Number(more));
            if (name == "gateway")
            {
                table.Verdict(more <= MoreMegabytes, $"≤ {MoreMegabytes} MB more: {Table.Number(more)} MB");
                table.Verdict(Medians.Of(down["bare YARP"]) / Medians.Of(down[name]) >= 0.97, $"down ≥ 0.97 × bare YARP: {Ratio(down, name)} ×");
                table.Verdict(Medians.Of(up["bare YARP"]) / Medians.Of(up[name]) >= 0.97, $"up ≥ 0.97 × bare YARP: {Ratio(up, name)} ×");
            }
        }

        return table;
    }

    private static string Ratio(Dictionary<string, List<double>> seconds, string name) =>
        Table.Number(Medians.Of(seconds["bare YARP"]) / Medians.Of(seconds[name]));

    private static string Speed(List<double> seconds) => Table.Number(Gigabyte / 1048576.0 / Medians.Of(seconds));

    private static string SparseFile(string directory)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "big")).FullName, "gigabyte");
        using FileStream file = File.Create(path);
        file.SetLength(Gigabyte);
        return path;
    }

    /// <summary>The highest resident memory of the process so far (VmHWM), in bytes.</summary>
    private static long Peak(Server server)
    {
        string line = File.ReadLines($"/proc/{server.ProcessId}/status").First(static line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Seconds that curl took.</summary>
    private static async Task<double> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl", ["-sS", "--fail", "-w", "%{time_total}", .. arguments]) { RedirectStandardOutput = true };
        using Process curl = Process.Start(start)!;
        string said = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return curl.ExitCode == 0 ? double.Parse(said, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"curl ended with {curl.ExitCode}");
    }
}
