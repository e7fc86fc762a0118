using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Harness.Servers;

namespace Harness;

/// <summary>What a reader must know of the machine to read the figures.</summary>
internal static class Machine
{
    public static async Task<string> FactsAsync(string how)
    {
        var facts = new StringBuilder();
        facts.AppendLine(CultureInfo.InvariantCulture, $"- {Cpu()}, {Environment.ProcessorCount} cores, {MemoryGigabytes()} GB; load, destination, Redis and contender share them");
        facts.AppendLine(CultureInfo.InvariantCulture, $"- {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}");
        foreach ((string program, string option) in new[] { ("nginx", "-v"), ("haproxy", "-v"), ("varnishd", "-V"), ("redis-server", "-v") })
        {
            facts.AppendLine(CultureInfo.InvariantCulture, $"- {await VersionAsync(program, option)}");
        }

        facts.AppendLine(CultureInfo.InvariantCulture, $"- {how}");
        return facts.ToString();
    }

    /// <summary>How most figures are taken.</summary>
    public static string Interleaved(Options options, string warmUp) =>
        $"{options.Rounds} interleaved rounds of {options.Seconds} s a contender, after {warmUp} of warm-up; wrk, one thread, 64 connections; figures are medians, ratios are medians of the rounds' own ratios";

    private static string Cpu() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
            : "unknown processor";

    private static long MemoryGigabytes() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;

    private static async Task<string> VersionAsync(string program, string option)
    {
        if (Tools.Find(program) is not { } path)
        {
            return $"{program}: not installed, left out";
        }

        var start = new ProcessStartInfo(path, [option]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return said.Split('\n')[0].Trim();
    }
}
