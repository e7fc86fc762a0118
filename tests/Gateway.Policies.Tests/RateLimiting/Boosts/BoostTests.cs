using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.Redis;
using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Boosts;

/// <summary>One partition's limit raised for a while, in process and over several gateways on one Redis.</summary>
public sealed class BoostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Boost_InProcess_RaisesOnePartitionUntilItEnds()
    {
        var time = new ManualTime();
        RateLimitPolicy policy = Routes.Limit("per-client", 2, 3600);
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.BehindProxy(policy), time: time);
        await UseAsync(app, "198.51.100.1", 2);
        await UseAsync(app, "198.51.100.2", 2);

        Assert.True(await Admin(app).BoostAsync(policy, "198.51.100.1", 5, TimeSpan.FromMinutes(10)));

        using HttpResponseMessage raised = await app.GetAsync("/", ("X-Forwarded-For", "198.51.100.1"));
        using HttpResponseMessage other = await app.GetAsync("/", ("X-Forwarded-For", "198.51.100.2"));
        Assert.Equal("5/2", $"{raised.Field("X-RateLimit-Limit")}/{raised.Field("X-RateLimit-Remaining")}");
        Assert.Contains(";q=5;", raised.Field("RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, other.StatusCode);
        PartitionUsage usage = (await Admin(app).GetAsync(policy, "198.51.100.1"))!;
        Assert.Equal((5, 3, TimeSpan.FromMinutes(10)), (usage.Limit, usage.Used, usage.BoostLeft));

        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await app.GetAsync("/", ("X-Forwarded-For", "198.51.100.1"))).StatusCode);
        Assert.Equal(TimeSpan.Zero, (await Admin(app).GetAsync(policy, "198.51.100.1"))!.BoostLeft);
    }

    [Fact]
    public async Task Boost_AtOneGateway_IsKnownToAllAndToThoseThatStartLater()
    {
        RateLimitPolicy policy = Routes.Limit($"boosted-{Guid.NewGuid():N}", 2, 3600, "Global");
        await using LimitedApp one = await StartAsync(redis.Redis.Link, policy);
        await using RedisConnections second = await ConnectAsync();
        await using LimitedApp two = await StartAsync(second.For(RedisConcern.RateLimits), policy);
        await UseAsync(two, "198.51.100.1", 2);

        Assert.True(await Admin(one).BoostAsync(policy, "*", 4, TimeSpan.FromHours(1)));

        Assert.Equal("4", (await one.GetAsync()).Field("X-RateLimit-Limit"));
        await Eventually.TrueAsync(async () => (await Admin(two).GetAsync(policy, "*"))!.Limit == 4);
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await two.GetAsync()).StatusCode);

        await using RedisConnections third = await ConnectAsync();
        await using LimitedApp three = await StartAsync(third.For(RedisConcern.RateLimits), policy);
        await Eventually.TrueAsync(async () => (await Admin(three).GetAsync(policy, "*"))!.Limit == 4);

        Assert.True(await Admin(two).BoostAsync(policy, "*", 2, TimeSpan.Zero));
        await Eventually.TrueAsync(async () => (await Admin(one).GetAsync(policy, "*"))!.Limit == 2 && (await Admin(three).GetAsync(policy, "*"))!.Limit == 2);
    }

    [Fact]
    public async Task Boost_InRedis_LivesNoLongerThanTheLastOne()
    {
        RateLimitPolicy policy = Routes.Limit($"boosted-{Guid.NewGuid():N}", 2, 3600, "Global");
        await using LimitedApp app = await StartAsync(redis.Redis.Link, policy);

        await Admin(app).BoostAsync(policy, "*", 9, TimeSpan.FromHours(2));

        TimeSpan? left = await redis.Redis.Database.KeyTimeToLiveAsync("gw:rl:boosts");
        Assert.InRange(left!.Value, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
        Assert.True(await Admin(app).BoostAsync(policy, "*", 9, TimeSpan.FromMilliseconds(1)));
        await Eventually.TrueAsync(async () => (await Admin(app).GetAsync(policy, "*"))!.Limit == 2);
    }

    [Fact]
    public void Table_Full_TakesNoFurtherOneButThoseThatAreOver()
    {
        var time = new ManualTime();
        var table = new BoostTable(time);
        for (int i = 0; i < Boost.Most; i++)
        {
            Assert.True(table.Set((UInt128)i, 10, TimeSpan.FromMinutes(i == 0 ? 1 : 10)));
        }

        Assert.False(table.Set(1_000_000, 10, TimeSpan.FromMinutes(1)));
        Assert.True(table.Set(5, 20, TimeSpan.FromMinutes(10)));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(table.Set(1_000_000, 10, TimeSpan.FromMinutes(1)));
        Assert.Null(table.Find(0));
        Assert.Equal(20, table.Find(5)!.Value.Limit);
    }

    [Fact]
    public async Task Boost_BelowAPlansLimit_LowersNothing()
    {
        RateLimitPolicy policy = Routes.Limit("per-client", 2, 3600) with { Plans = Routes.Plans("Header:X-Plan", ("pro", 100)) };
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.BehindProxy(policy));

        await Admin(app).BoostAsync(policy, "127.0.0.1", 5, TimeSpan.FromMinutes(10));

        Assert.Equal("100", (await app.GetAsync("/", ("X-Plan", "pro"))).Field("X-RateLimit-Limit"));
        Assert.Equal("5", (await app.GetAsync()).Field("X-RateLimit-Limit"));
    }

    private static async Task<LimitedApp> StartAsync(RedisLink link, RateLimitPolicy policy) =>
        await (await LimitedApp.StartAsync(Routes.With(policy), redis: link)).CountingAsync();

    private static RateLimitAdmin Admin(LimitedApp app) => app.Services.GetRequiredService<RateLimitAdmin>();

    private static async Task UseAsync(LimitedApp app, string client, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using HttpResponseMessage response = await app.GetAsync("/", ("X-Forwarded-For", client));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private async Task<RedisConnections> ConnectAsync()
    {
        var options = new RedisOptions { Connection = redis.Redis.Server.Connection, Deadline = TimeSpan.FromSeconds(10) };
        var connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await connections.StartAsync();
        return connections;
    }
}
