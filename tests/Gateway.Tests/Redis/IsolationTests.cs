using System.Diagnostics;
using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>Each concern has its own connection, and its own Redis where it names one.</summary>
public sealed class IsolationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Concerns = ["RateLimits", "Sessions", "Cache", "Events"];

    [Fact]
    public async Task Concerns_EachNamesItsRedis_ItsKeysStandThereAndNowhereElse()
    {
        await using RedisStandalone limits = await RedisStandalone.StartAsync();
        await using RedisStandalone rest = await RedisStandalone.StartAsync();
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(
            limits, more: $$""" "Sessions": "{{rest.Connection}},defaultDatabase=3", "Cache": "{{rest.Connection}},defaultDatabase=5", """);
        await gateway.CountAsync("somebody");
        string token = await gateway.SignInAsync();
        using HttpResponseMessage cached = await gateway.SendAsync("cache", "");
        await Eventually.TrueAsync(async () => (await rest.Servers[0].AskAsync("INFO keyspace")).Contains("db5:", StringComparison.Ordinal));

        string keyspace = await rest.Servers[0].AskAsync("INFO keyspace");
        Assert.Contains("db3:keys=", keyspace, StringComparison.Ordinal);
        Assert.DoesNotContain("db0:", keyspace, StringComparison.Ordinal);
        string keys = await limits.Servers[0].AskAsync("KEYS *");
        Assert.Contains("gw:rl:", keys, StringComparison.Ordinal);
        Assert.DoesNotContain(token, keys, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concerns_OfOneRedis_EachHasAConnectionOfItsOwn()
    {
        await using RedisStandalone redis = await RedisStandalone.StartAsync();
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(redis);
        string clients = await redis.Servers[0].AskAsync("CLIENT LIST");
        Assert.All(["RateLimits", "Sessions", "Cache", "Events"], concern => Assert.Contains($"name=gateway-{concern} ", clients, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Limit_WhileTheCachesLineIsStuck_IsCountedAsEver()
    {
        await using RedisStandalone limits = await RedisStandalone.StartAsync();
        await using var line = new TcpRelay(limits.Servers[0].Port);
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(limits, deadline: "5s", more: $$""" "Cache": "{{line.Connection}}", """);
        int left = await gateway.CountAsync("somebody");
        line.Become(RelayMode.Hold);
        Task<HttpResponseMessage>[] stuck = [.. Enumerable.Range(0, 8).Select(_ => gateway.SendAsync("cache", ""))];
        long began = Stopwatch.GetTimestamp();
        for (int i = 1; i <= 10; i++)
        {
            Assert.Equal(left - i, await gateway.CountAsync("somebody"));
        }

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(4), "limits waited for the cache's connection");
        line.Become(RelayMode.Pass);
        Assert.All(await Task.WhenAll(stuck), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task Concerns_OneRedisKilled_OnlyItsOwnPolicyNotices()
    {
        await using RedisStandalone limits = await RedisStandalone.StartAsync();
        await using RedisStandalone sessions = await RedisStandalone.StartAsync();
        await using RedisStandalone cache = await RedisStandalone.StartAsync();
        await using RedisStandalone events = await RedisStandalone.StartAsync();
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(
            limits, deadline: "2s", more: $$""" "Sessions": "{{sessions.Connection}}", "Cache": "{{cache.Connection}}", "Events": "{{events.Connection}}", """);
        string token = await gateway.SignInAsync();
        await gateway.UntilSeenAsync(token);
        foreach ((string concern, RedisStandalone redis) in ((string, RedisStandalone)[])[("RateLimits", limits), ("Cache", cache), ("Sessions", sessions)])
        {
            await redis.Servers[0].KillAsync();
            await using var load = new Load(gateway, token);
            await Eventually.TrueAsync(() => gateway.AreAsync(available: false, [concern]), Patience, $"an open circuit for {concern}");
            Assert.True(await gateway.AreAsync(available: true, Concerns.Except([concern])), $"{await gateway.DescribeAsync()} while the Redis of {concern} is away");
            int from = load.Count;
            await Eventually.TrueAsync(() => load.Count > from + 100, Patience);
            foreach (Told told in await load.StopAsync())
            {
                Assert.True(
                    told.Status == HttpStatusCode.OK || (told is { Route: "strict", Status: HttpStatusCode.ServiceUnavailable, MayRetry: true } && concern == "Sessions"),
                    $"{told} while the Redis of {concern} is away");
            }

            await redis.Servers[0].StartAgainAsync();
            await Eventually.TrueAsync(() => gateway.AreAsync(available: true, Concerns), Patience, "Redis available for every concern");
        }
    }
}
