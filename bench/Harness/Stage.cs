using System.Diagnostics;
using System.Globalization;
using Harness.Servers;

namespace Harness;

/// <summary>What every run needs: the tools, a folder of its own, a destination; and its report in the end.</summary>
internal static class Stage
{
    /// <param name="options">What the command line asked for.</param>
    /// <param name="how">How figures are taken, for the reader.</param>
    /// <param name="measure">Measures with sites, each on the Redis it is given, and reports.</param>
    public static async Task<int> RunAsync(Options options, string how, Func<Func<Server, Site>, Report, Task> measure)
    {
        if (!await Tools.ReadyAsync(options.Install))
        {
            return 1;
        }

        if (OperatingSystem.IsWindows())
        {
            Console.Error.WriteLine("the peers and wrk run on Linux and macOS only");
            return 1;
        }

        string directory = Leftovers.NewFolder("gateway-bench-");
        // Varnish and the workers of nginx read it as users of their own.
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        try
        {
            long begun = Stopwatch.GetTimestamp();
            var stolen = new StolenTime();
            var report = new Report();
            report.Add(await Machine.FactsAsync(how));
            await using Server destination = await Site.DestinationAsync(directory);
            await measure(redis => new Site(options.Built, directory, destination.Port, redis.Port), report);
            report.Add(string.Create(CultureInfo.InvariantCulture, $"The run took {Stopwatch.GetElapsedTime(begun).TotalMinutes:0.0} minutes; {stolen}."));
            if (options.Out is not null)
            {
                await File.WriteAllTextAsync(options.Out, report.ToString());
            }

            return 0;
        }
        finally
        {
            Leftovers.Delete(directory);
        }
    }
}
