using System.Diagnostics;
using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>
/// P9: one gigabyte down and up, in interleaved rounds: speed, processor time, and how much more memory each takes. The first two
/// rounds compile what the others need and are not measured, but for the memory that the first one took.
/// </summary>
internal sealed class LargeBodies : IRow
{
    private const long Gigabyte = 1L << 30;
    private const double MoreMegabytes = 20;
    private const int WarmUpRounds = 2;

    public string Id => "P9";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        string file = SparseFile(site.Directory);
        await using Server yarp = await site.BareYarpAsync();
        await using Server gateway = await site.GatewayAsync(
            RoutesText.With(site.DestinationUrl, null), "gateway", "--set", "Gateway:MaxRequestBody=2GB");
        await using Server nginx = await site.NginxAsync();
        var peer = new Carrier("bare YARP", yarp);
        var own = new Carrier("gateway", gateway);
        Carrier[] carriers = [peer, own, new("nginx", nginx)];
        foreach (Carrier carrier in carriers)
        {
            // So that the peak is the bodies', not the first request's.
            await CurlAsync("-o", "/dev/null", carrier.Server.Url + "/plain");
            carrier.Idle = carrier.Server.ResidentBytes();
        }

        for (int round = 0; round < WarmUpRounds + options.Rounds; round++)
        {
            foreach (Carrier carrier in carriers)
            {
                await TransferAsync(carrier, file, measured: round >= WarmUpRounds);
                if (round == 0)
                {
                    carrier.AfterFirst = Peak(carrier.Server);
                }
            }
        }

        return Tabulate(carriers, peer, own, WarmUpRounds + options.Rounds);
    }

    private static async Task TransferAsync(Carrier carrier, string file, bool measured)
    {
        Server server = carrier.Server;
        (double Seconds, double Cpu) down = await TimedAsync(server, "-o", "/dev/null", server.Url + "/big/" + Path.GetFileName(file));
        (double Seconds, double Cpu) up = await TimedAsync(server, "-o", "/dev/null", "-H", "Expect:", "-X", "POST", "-T", file, server.Url + "/sink");
        if (measured)
        {
            carrier.Down.Add(down);
            carrier.Up.Add(up);
        }
    }

    private static Table Tabulate(Carrier[] carriers, Carrier peer, Carrier own, int rounds)
    {
        var table = new Table(
            "P9 one gigabyte", "contender", "down MB/s", "÷ bare YARP", "CPU s", "up MB/s", "÷ bare YARP", "CPU s", "more memory MB, one down and up", $"{rounds} of each");
        foreach (Carrier carrier in carriers)
        {
            table.Add(
                carrier.Name, Speed(carrier.Down), Table.Number(Ratio(carrier.Down, peer.Down)), Cpu(carrier.Down),
                Speed(carrier.Up), Table.Number(Ratio(carrier.Up, peer.Up)), Cpu(carrier.Up),
                Table.Number(carrier.More(carrier.AfterFirst)), Table.Number(carrier.More(Peak(carrier.Server))));
        }

        double more = own.More(own.AfterFirst);
        table.Verdict(more <= MoreMegabytes, $"≤ {MoreMegabytes} MB more for one gigabyte: {Table.Number(more)} MB");
        table.Verdict(Ratio(own.Down, peer.Down) >= 0.97, $"down ≥ 0.97 × bare YARP: {Table.Number(Ratio(own.Down, peer.Down))} ×");
        table.Verdict(Ratio(own.Up, peer.Up) >= 0.97, $"up ≥ 0.97 × bare YARP: {Table.Number(Ratio(own.Up, peer.Up))} ×");
        return table;
    }

    /// <summary>Of the speeds, round by round.</summary>
    private static double Ratio(List<(double Seconds, double Cpu)> own, List<(double Seconds, double Cpu)> peer) =>
        Medians.Of(own.Zip(peer, static (mine, others) => others.Seconds / mine.Seconds));

    private static string Speed(List<(double Seconds, double Cpu)> runs) =>
        Table.Number(Gigabyte / 1048576.0 / Medians.Of(runs.Select(static run => run.Seconds)));

    private static string Cpu(List<(double Seconds, double Cpu)> runs) => Table.Number(Medians.Of(runs.Select(static run => run.Cpu)));

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

    private static async Task<(double Seconds, double Cpu)> TimedAsync(Server server, params string[] arguments)
    {
        TimeSpan before = server.ProcessorTime();
        double seconds = await CurlAsync(arguments);
        return (seconds, (server.ProcessorTime() - before).TotalSeconds);
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

    private sealed class Carrier(string name, Server server)
    {
        public string Name => name;

        public Server Server => server;

        public long Idle { get; set; }

        public long AfterFirst { get; set; }

        public List<(double Seconds, double Cpu)> Down { get; } = [];

        public List<(double Seconds, double Cpu)> Up { get; } = [];

        /// <summary>Megabytes beyond those of before.</summary>
        public double More(long bytes) => (bytes - Idle) / 1048576.0;
    }
}
