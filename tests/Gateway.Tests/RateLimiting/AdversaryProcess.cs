using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Gateway.Tests.RateLimiting;

/// <summary>An <see cref="Adversary"/> as a process of its own: this very executable, asked for this one test.</summary>
public sealed class AdversaryProcess
{
    private const string Orders = "GATEWAY_ADVERSARY";

    /// <summary>Starts one and returns when it has ended.</summary>
    internal static async Task RunAsync(IEnumerable<string> gateways, TimeSpan duration, int seed)
    {
        string executable = Path.Combine(AppContext.BaseDirectory, "Gateway.Tests");
        var start = new ProcessStartInfo(executable, ["-explicit", "only", "-method", $"{typeof(AdversaryProcess).FullName}.{nameof(Attack_AsOrdered_Ends)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[Orders] = string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', gateways)} {duration.TotalSeconds} {seed}");
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1", StringComparison.Ordinal), output);
    }

    /// <summary>Not a test: the process's work. Without orders there is none.</summary>
    [Fact(Explicit = true)]
    public async Task Attack_AsOrdered_Ends()
    {
        if (Environment.GetEnvironmentVariable(Orders)?.Split(' ') is [string gateways, string seconds, string seed])
        {
            using var adversary = new Adversary(gateways.Split(','), Siege.Window, int.Parse(seed, CultureInfo.InvariantCulture));
            await adversary.AttackAsync(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        }
    }
}
