using System.Diagnostics;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.RateLimiting;

/// <summary>Hostile traffic through several gateways: never more than the limit in any window, wherever it begins.</summary>
public sealed class SiegeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Limits_UnderHostileTrafficThroughThreeGateways_HoldInEveryWindow()
    {
        await using Siege siege = await Siege.BeginAsync(gateways: 3);
        await AttackAsync(siege, adversaries: 2, TimeSpan.FromSeconds(4));

        siege.AssertLimitsHeld();
        Assert.True(siege.Densest("edge") > Siege.SmallLimit / 2, "The bursts came nowhere near the limit: nothing was tried.");
        await ReportAsync(siege);
    }

    [Fact]
    public async Task Limits_WhileGatewaysArePausedAndKilledAndRedisIsFlushed_HoldButForTheLoss()
    {
        await using Siege siege = await Siege.BeginAsync(gateways: 3);
        Task attack = AttackAsync(siege, adversaries: 2, TimeSpan.FromSeconds(6));
        await Eventually.TrueAsync(() => siege.Admitted > 200);
        ProcessSignal.Send(siege.Gateways[0].ProcessId, ProcessSignal.Stop);
        // Longer than a window and than anything may be held; its requests wait meanwhile.
        await Task.Delay(1500);
        ProcessSignal.Send(siege.Gateways[1].ProcessId, ProcessSignal.Kill);
        ProcessSignal.Send(siege.Gateways[0].ProcessId, ProcessSignal.Continue);
        int before = siege.Admitted;
        await Eventually.TrueAsync(() => siege.Admitted > before + 200);
        long flushing = Stopwatch.GetTimestamp();
        Assert.Equal("+OK", await siege.Redis.Servers[0].SendAsync("FLUSHALL"));
        long flushed = Stopwatch.GetTimestamp();
        await attack;

        siege.AssertLimitsHeld(admission => admission.Arrived < flushing);
        siege.AssertLimitsHeld(admission => admission.Sent > flushed);
        Assert.InRange(siege.Densest("edge"), 1, 2 * Siege.SmallLimit);
        Assert.InRange(siege.Densest(""), 1, 2 * Siege.HotLimit);
    }

    /// <summary>The long run whose figures are in docs/rate-limiting.md: eight client processes, three gateways, a minute.</summary>
    [Fact(Explicit = true)]
    public async Task Limits_UnderEightHostileProcessesForAMinute_HoldInEveryWindow()
    {
        await using Siege siege = await Siege.BeginAsync(gateways: 3);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => AdversaryProcess.RunAsync(siege.Addresses, TimeSpan.FromSeconds(60), seed)));

        await ReportAsync(siege);
        siege.AssertLimitsHeld();
    }

    private static Task AttackAsync(Siege siege, int adversaries, TimeSpan duration) =>
        Task.WhenAll(Enumerable.Range(0, adversaries).Select(async seed =>
        {
            using var adversary = new Adversary(siege.Addresses, Siege.Window, seed);
            await adversary.AttackAsync(duration);
        }));

    private async Task ReportAsync(Siege siege)
    {
        double calls = await siege.CountAsync("gateway_ratelimit_store_calls_total");
        string[] means = ["denial_memory", "combining", "lease"];
        output.WriteLine($"densest windows: edge {siege.Densest("edge")}, flood {siege.Densest("flood")} of {Siege.SmallLimit}; hot {siege.Densest("")} of {Siege.HotLimit}");
        output.WriteLine($"admitted {siege.Admitted}, Redis calls {calls}");
        foreach (string by in means)
        {
            output.WriteLine($"saved by {by}: {await siege.CountAsync($"gateway_ratelimit_round_trips_saved_total{{by=\"{by}\"")}");
        }
    }
}
