using System.Diagnostics;
using System.Globalization;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>Two gateways that share a Redis and remember for a minute: what ends a session sooner is that they are told.</summary>
public sealed class RevocationTests(RedisFixture redis, ITestOutputHelper output) : IClassFixture<RedisFixture>
{
    private readonly SessionPolicy _policy = new() { Name = "default", Remember = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task Revoke_AtOneGateway_EndsTheSessionAtTheOther()
    {
        await using TestGateway one = await TestGateway.StartAsync(redis.Server);
        await using TestGateway other = await TestGateway.StartAsync(redis.Server);
        var waits = new List<TimeSpan>();
        for (int i = 0; i < 50; i++)
        {
            string token = (await one.Admin.CreateAsync(_policy, [], TimeSpan.FromHours(1))).Token;
            Assert.Equal(SessionOutcome.Valid, await OutcomeAsync(other, token));
            Assert.Equal(SessionOutcome.Valid, await OutcomeAsync(other, token));

            long began = Stopwatch.GetTimestamp();
            Assert.True(await one.Admin.RevokeAsync(_policy, token));
            Assert.Equal(SessionOutcome.Unknown, await OutcomeAsync(one, token));
            await Eventually.TrueAsync(async () => await OutcomeAsync(other, token) is SessionOutcome.Unknown);
            waits.Add(Stopwatch.GetElapsedTime(began));
        }

        waits.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"effective at the other gateway: median {waits[25].TotalMilliseconds:0.0} ms, longest {waits[^1].TotalMilliseconds:0.0} ms"));
        Assert.True(waits[25] < TimeSpan.FromSeconds(2), $"median {waits[25]}");
    }

    [Fact]
    public async Task RevokeUser_AtOneGateway_EndsAllTheUsersSessionsAtTheOther()
    {
        await using TestGateway one = await TestGateway.StartAsync(redis.Server);
        await using TestGateway other = await TestGateway.StartAsync(redis.Server);
        var tokens = new List<string>();
        for (int i = 0; i < 250; i++)
        {
            tokens.Add((await one.Admin.CreateAsync(_policy, new() { ["user_id"] = "u9" }, TimeSpan.FromHours(1))).Token);
            await OutcomeAsync(other, tokens[^1]);
        }

        Assert.Equal(250, await one.Admin.OfUsers.RevokeAllAsync(_policy, "u9"));

        foreach (string token in tokens)
        {
            await Eventually.TrueAsync(async () => await OutcomeAsync(other, token) is SessionOutcome.Unknown);
        }
    }

    [Fact]
    public async Task Subscription_IsLost_NothingRememberedCounts()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(redis.Server);
        await redis.Foreign.StringSetAsync("session:kept", "{}");
        Assert.Equal(SessionOutcome.Valid, await OutcomeAsync(gateway, "kept"));
        await redis.Foreign.KeyDeleteAsync("session:kept");
        Assert.Equal(SessionOutcome.Valid, await OutcomeAsync(gateway, "kept"));

        await redis.Foreign.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        await Eventually.TrueAsync(async () => await OutcomeAsync(gateway, "kept") is SessionOutcome.Unknown);
        await gateway.HearsAsync();
        await redis.Foreign.StringSetAsync("session:kept", "{}");
        await Eventually.TrueAsync(async () => await OutcomeAsync(gateway, "kept") is SessionOutcome.Valid);
    }

    [Fact]
    public async Task Message_OfAnotherVersion_MakesTheGatewayAskAgain()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(redis.Server);
        await redis.Foreign.StringSetAsync("session:told", "{}");
        await OutcomeAsync(gateway, "told");
        await redis.Foreign.KeyDeleteAsync("session:told");

        await redis.Foreign.ExecuteAsync("PUBLISH", "gw:sessions:changed", "2\nwhatever");

        await Eventually.TrueAsync(async () => await OutcomeAsync(gateway, "told") is SessionOutcome.Unknown);
        Assert.True(gateway.Lookups.Trust.IsWhole);
    }

    [Fact]
    public async Task Requests_OverAThousandSessions_ReadRedisAtMostFiveInAHundred()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(redis.Server);
        for (int i = 0; i < 1_000; i++)
        {
            await redis.Foreign.StringSetAsync($"session:many-{i}", "{}", TimeSpan.FromHours(1), flags: StackExchange.Redis.CommandFlags.FireAndForget);
        }

        await redis.Foreign.PingAsync();
        long before = await ReadsAsync();
        await Parallel.ForAsync(0, 50_000, TestContext.Current.CancellationToken, async (i, _) =>
            Assert.Equal(SessionOutcome.Valid, await OutcomeAsync(gateway, $"many-{i % 1_000}")));
        double perRequest = (await ReadsAsync() - before) / 50_000d;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Redis reads per request: {perRequest:0.0000}"));
        Assert.InRange(perRequest, 0.001, 0.05);
    }

    private async Task<SessionOutcome> OutcomeAsync(TestGateway gateway, string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        SessionLookup lookup = gateway.Lookups.Of(_policy);
        FoundToken found = lookup.Find(context.Request);
        return lookup.Recall(found) is { } seen ? seen.Outcome : (await lookup.Begin(found, new WaitBudget()).Verdict).Outcome;
    }

    private async Task<long> ReadsAsync()
    {
        string stats = (string?)await redis.Foreign.ExecuteAsync("INFO", "commandstats") ?? "";
        return stats.Split('\n').Where(line => line.StartsWith("cmdstat_get:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));
    }
}
