using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Shadowing;

public sealed class ShadowTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shadow_OverItsLimit_RejectsNothingAndReportsWhatItWouldHave(bool onRedis)
    {
        await using LimitedApp app = await StartAsync(onRedis, Named("tried", 2) with { Shadow = true });
        using var decisions = new Decisions(app.Services);

        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage response = await app.GetAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("//", response.Common());
        }

        await Eventually.TrueAsync(() => decisions.Shadow("admitted") == 2 && decisions.Shadow("rejected") == 3);
        Assert.Equal(0, decisions.Live("admitted"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ShadowLimit_BesideALiveOne_CountsOnItsOwn(bool onRedis)
    {
        await using LimitedApp app = await StartAsync(onRedis, Named("live", 5) with { ShadowLimit = 3 });
        using var decisions = new Decisions(app.Services);

        for (int i = 0; i < 8; i++)
        {
            using HttpResponseMessage response = await app.GetAsync();
            Assert.Equal(i < 5 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, response.StatusCode);
        }

        // The live limit's own rejections do not keep requests from the one that is tried: it may be the higher of the two.
        await Eventually.TrueAsync(() => decisions.Shadow("admitted") == 3 && decisions.Shadow("rejected") == 5);
        Assert.Equal(5, decisions.Live("admitted"));
    }

    [Fact]
    public async Task Shadow_RequestThatAnotherLimitRejects_IsNotAsked()
    {
        await using LimitedApp app = await StartAsync(onRedis: false, Named("live", 2), Named("tried", 100) with { Shadow = true });
        using var decisions = new Decisions(app.Services);

        for (int i = 0; i < 6; i++)
        {
            await app.GetAsync();
        }

        Assert.Equal(2, decisions.Shadow("admitted"));
        Assert.Equal(0, decisions.Shadow("rejected"));
    }

    [Fact]
    public async Task Shadow_PartitionedByUser_IsAskedAfterTheSession()
    {
        RateLimitPolicy policy = Routes.Limit("tried", 1, 60, "User") with { Shadow = true };
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.WithSession(policy));
        using var decisions = new Decisions(app.Services);

        await app.GetAsync();
        await app.GetAsync("/", ("X-Test-User", "ada"));
        await app.GetAsync("/", ("X-Test-User", "bob"));

        Assert.Equal(2, decisions.Shadow("admitted"));
    }

    /// <summary>All tests share a Redis: each counts under a name of its own.</summary>
    private static RateLimitPolicy Named(string name, long limit) => Routes.Limit($"{name}-{Guid.NewGuid():N}", limit, 60);

    private async Task<LimitedApp> StartAsync(bool onRedis, params RateLimitPolicy[] limits)
    {
        RedisLink? link = onRedis ? redis.Redis.Link : null;
        LimitedApp app = await LimitedApp.StartAsync(Routes.With(limits), redis: link);
        return await app.CountingAsync();
    }
}
