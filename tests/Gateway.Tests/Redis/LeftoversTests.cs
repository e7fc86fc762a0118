using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>What the gateway leaves in Redis ends by itself, and what it says holds no credential.</summary>
public sealed class LeftoversTests
{
    private const string Password = "d1st1nct1ve-Pa55word";

    [Fact]
    public async Task Keys_AfterMixedTraffic_AllEndByThemselves()
    {
        await using RedisStandalone redis = await RedisStandalone.StartAsync();
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(redis);
        string token = await gateway.SignInAsync();
        await gateway.UntilSeenAsync(token);
        await gateway.CountAsync("somebody");
        foreach (string route in (string[])["limits", "strict", "cache", "cache"])
        {
            using HttpResponseMessage response = await gateway.SendAsync(route, token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await gateway.PurgeAsync(new { tag = "none" });
        await gateway.PurgeAsync(new { all = true });
        await Eventually.TrueAsync(async () => await gateway.SharedEntriesAsync() > 0);

        RedisServer server = redis.Servers[0];
        string[] keys = (await server.AskAsync("KEYS *")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(keys.Length >= 5, string.Join('\n', keys));
        foreach (string key in keys)
        {
            Assert.True(await server.AskAsync($"PTTL \"{key}\"") != "-1", $"{key} has no time to live");
        }
    }

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
