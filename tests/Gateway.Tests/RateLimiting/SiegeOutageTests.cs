using System.Diagnostics;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.RateLimiting;

/// <summary>Hostile traffic while Redis loses what it knows: the limits hold before and after, and over the loss it costs what docs/rate-limiting.md says.</summary>
public sealed class SiegeOutageTests(ITestOutputHelper output)
{
    private const int Enough = 150;

    [Fact]
    public async Task Limits_WhileRedisRestartsWithoutPersistence_HoldButForOneLimitMore()
    {
        RedisStandalone redis = await RedisStandalone.StartAsync();
        await RunAsync(redis, () => redis.Servers[0].RestartAsync());
    }

    [Fact]
    public async Task Limits_WhileThePrimaryDiesAndSentinelsFailOver_HoldButForOneLimitMore()
    {
        RedisSentinel redis = await RedisSentinel.StartAsync(sentinels: 1);
        await RunAsync(redis, async () =>
        {
            await redis.Servers[0].KillAsync();
            await redis.UntilPrimaryIsNotAsync(redis.Servers[0]);
        });
    }

    /// <summary>Until the Sentinels demote the old primary, gateways that have not heard yet may be granted permits by it.</summary>
    [Fact]
    public async Task Limits_WhileSentinelsAreToldToFailOver_HoldButForOneLimitMore()
    {
        RedisSentinel redis = await RedisSentinel.StartAsync(sentinels: 1);
        await RunAsync(redis, redis.FailOverAsync, oneIsLeft: false);
    }

    /// <summary>Attacks until enough was admitted before and after the loss, however long a busy machine takes for it.</summary>
    private async Task RunAsync(RedisDeployment redis, Func<Task> lose, bool oneIsLeft = true)
    {
        await using Siege siege = await Siege.BeginAsync(gateways: 2, redis);
        using var end = new CancellationTokenSource();
        Task attack = AttackAsync(siege, end.Token);
        await Eventually.TrueAsync(() => siege.Admitted > Enough, TimeSpan.FromSeconds(60), "a siege under way");
        long losing = Stopwatch.GetTimestamp();
        await lose();
        // Permits that were granted before the loss are held no longer.
        long lost = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 4);
        await Eventually.TrueAsync(() => siege.AdmittedSince(lost) > Enough, TimeSpan.FromSeconds(60), "a siege that goes on");
        await end.CancelAsync();
        await attack;

        output.WriteLine($"densest windows: edge {siege.Densest("edge")}, flood {siege.Densest("flood")} of {Siege.SmallLimit}; hot {siege.Densest("")} of {Siege.HotLimit}; admitted {siege.Admitted}");
        siege.AssertLimitsHeld(admission => admission.Arrived < losing);
        siege.AssertLimitsHeld(times: 2);
        if (oneIsLeft)
        {
            siege.AssertLimitsHeld(admission => admission.Sent > lost);
        }

        Assert.True(siege.Densest("flood") > Siege.SmallLimit / 2, "The flood came nowhere near the limit: nothing was tried.");
    }

    private static async Task AttackAsync(Siege siege, CancellationToken end)
    {
        using var adversary = new Adversary(siege.Addresses, Siege.Window, seed: 1);
        await adversary.AttackAsync(end);
    }
}
