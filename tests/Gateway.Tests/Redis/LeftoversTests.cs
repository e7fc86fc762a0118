using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>What the gateway leaves in Redis ends by itself, and what it says holds no credential.</summary>
public sealed class LeftoversTests
{
    private const string Password = "d1st1nct1ve-Pa55word";

    [Fact]
    public async Task Output_ThroughFailures_NeverHoldsThePassword()
    {
        await using RedisStandalone redis = await RedisStandalone.StartAsync(relayed: true, "--requirepass", Password);
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(redis, connection: $"{redis.Connection},user=default,password={Password}");
        string said = await gateway.TellAllAsync();
        await redis.SendToAllAsync("CONFIG SET requirepass changed", Password);
        await redis.SendToAllAsync("CLIENT KILL TYPE normal", "changed");
        await Eventually.TrueAsync(async () => await FailsAsync(gateway), TimeSpan.FromSeconds(30));
        said += await gateway.TellAllAsync();
        redis.Relays[0].Become(RelayMode.Cut);
        for (int i = 0; i < 20; i++)
        {
            said += await gateway.AnswerAsync("strict", "some-token");
            said += await gateway.AnswerAsync("counted", "");
        }

        said += await gateway.TellAllAsync();
        Assert.Contains("Redis for", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, said, StringComparison.Ordinal);
    }

    private static async Task<bool> FailsAsync(FaultedGateway gateway)
    {
        await gateway.CountAsync("somebody");
        return await gateway.AreAsync(available: false, ["RateLimits"]);
    }
}
