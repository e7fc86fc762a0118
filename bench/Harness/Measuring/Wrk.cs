using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Harness.Servers;

namespace Harness.Measuring;

/// <summary>Drives a server with wrk: one thread, closed loop, on loopback, for a bounded time.</summary>
internal static class Wrk
{
    /// <summary>Of as many requests that a limit shall reject, one may pass: nginx cannot be told to allow fewer than one a minute.</summary>
    private const int Leniency = 1_000;

    /// <summary>Beyond the time it was told: then it hangs, and the row with it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "load.lua");

    /// <exception cref="InvalidOperationException">An answer was not the expected one: then the row measures something else.</exception>
    public static async Task<Sample> RunAsync(Server server, Load load, double seconds, int seed)
    {
        string[] arguments =
        [
            "-t1", $"-c{load.Connections}", string.Create(CultureInfo.InvariantCulture, $"-d{Math.Ceiling(seconds)}s"), "-s", Script, server.Url + load.Path, "--",
            Text(load.Keys), Text(load.Sessions), Text(load.Paths), Text(seed), Text(load.From), Text(load.Hot),
        ];
        var start = new ProcessStartInfo(Tools.Find("wrk")!, arguments) { RedirectStandardOutput = true };
        TimeSpan cpu = server.ProcessorTime();
        string said = await SaidAsync(start, TimeSpan.FromSeconds(seconds) + Grace);
        int json = said.LastIndexOf('{');
        JsonNode result = json < 0 ? throw new InvalidOperationException("wrk said: " + said) : JsonNode.Parse(said[json..])!;
        long requests = (long)result["requests"]!;
        long refused = (long)result["status"]!;
        long wrong = load.Status == 0 ? 0 : load.Status < 400 ? refused : (requests - refused) - (requests / Leniency);
        if (wrong > 0 || (long)result["socket"]! > 0)
        {
            throw new InvalidOperationException($"not every answer was {load.Status}: {said[json..].Trim()}");
        }

        return new Sample(requests * 1e6 / (long)result["micros"]!, (long)result["p50"]!, (long)result["p99"]!, (server.ProcessorTime() - cpu).TotalMicroseconds / requests, requests);
    }

    private static async Task<string> SaidAsync(ProcessStartInfo start, TimeSpan patience)
    {
        using Process wrk = Process.Start(start)!;
        Leftovers.Watch(wrk);
        try
        {
            string said = await wrk.StandardOutput.ReadToEndAsync().WaitAsync(patience);
            await wrk.WaitForExitAsync().WaitAsync(patience);
            return said;
        }
        catch (TimeoutException)
        {
            wrk.Kill();
            throw new InvalidOperationException($"wrk did not end within {patience.TotalSeconds:0} s");
        }
        finally
        {
            Leftovers.Forget(wrk);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
