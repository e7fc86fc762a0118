using System.Diagnostics;
using System.Globalization;
using SideBySide.Measuring;
using SideBySide.Rows;
using SideBySide.Servers;

namespace SideBySide;

/// <summary>A whole run: the destination and Redis, then row after row, then the tables.</summary>
internal static class Run
{
    private static readonly IRow[] Rows =
    [
        LoadRows.Forward, LoadRows.Policies, LoadRows.HitFromMemory, new HitFromRedis(), LoadRows.Rejected, new RedisCalls(), new Growth(),
        new Memory(), new LargeBodies(), new StartUp(),
    ];

    public static async Task<int> AllAsync(Options options)
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

        string directory = Directory.CreateTempSubdirectory("side-by-side-").FullName;
        // Varnish and the workers of nginx read it as users of their own.
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        try
        {
            long begun = Stopwatch.GetTimestamp();
            string report = await MeasureAsync(options, directory);
            report += string.Create(CultureInfo.InvariantCulture, $"\nThe run took {Stopwatch.GetElapsedTime(begun).TotalMinutes:0.0} minutes.\n");
            if (options.Out is not null)
            {
                await File.WriteAllTextAsync(options.Out, report);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(Options options, string directory)
    {
        await using Server destination = await Site.DestinationAsync(directory);
        string report = await Machine.FactsAsync(options);
        Console.WriteLine(report);
        foreach (IRow row in Rows.Where(row => options.Wants(row.Id)))
        {
            // A Redis of its own for each row: what one left behind must not weigh on the next.
            await using Server redis = await Site.RedisAsync();
            string found = await MeasureAsync(row, new Site(options.Built, directory, destination.Port, redis.Port), options);
            Console.WriteLine(found);
            report += "\n" + found;
        }

        return report;
    }

    /// <summary>A row that cannot be measured says why and leaves the others alone.</summary>
    private static async Task<string> MeasureAsync(IRow row, Site site, Options options)
    {
        try
        {
            return (await row.MeasureAsync(site, options)).ToString();
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException)
        {
            return $"### {row.Id}\n\nNot measured: {problem.Message}\n";
        }
    }
}
