using System.Net;
using System.Text.Json.Nodes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Charging;

/// <summary>What a request costs, over real sockets.</summary>
public sealed class CostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData("GET", "9")]
    [InlineData("POST", "5")]
    [InlineData("post", "5")]
    [InlineData("DELETE", "8")]
    [InlineData("BREW", "8")]
    public async Task Cost_ByMethod_FallsToTheDefault(string method, string remaining)
    {
        RequestCost cost = Routes.Object<RequestCost>(("GET", "1"), ("POST", "5"), ("Default", "2"));
        await using LimitedApp app = await StartAsync(onRedis: false, Routes.With(Named(10) with { Cost = cost }));

        using HttpResponseMessage response = await app.SendAsync(new HttpMethod(method), "/");

        Assert.Equal(remaining, response.Field("X-RateLimit-Remaining"));
    }

    [Theory]
    [InlineData(true, "4", "6")]
    [InlineData(true, "0", "7")]
    [InlineData(true, "-4", "7")]
    [InlineData(true, "4.5", "7")]
    [InlineData(true, "99999999999", "7")]
    [InlineData(true, "many", "7")]
    [InlineData(true, null, "7")]
    [InlineData(false, "4", "7")]
    public async Task Cost_FromAHeader_CountsFromATrustedProxyAlone(bool trusted, string? stated, string remaining)
    {
        RateLimitPolicy policy = Named(10) with { Cost = Routes.Object<RequestCost>(("Header", "X-Cost"), ("Default", "3")) };
        await using LimitedApp app = await StartAsync(onRedis: false, trusted ? Routes.BehindProxy(policy) : Routes.With(policy));

        using HttpResponseMessage response = stated is null ? await app.GetAsync() : await app.GetAsync("/", ("X-Cost", stated));

        Assert.Equal(remaining, response.Field("X-RateLimit-Remaining"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cost_BeyondTheLimit_IsRejectedForEverAndTakesNothing(bool onRedis)
    {
        RateLimitPolicy costly = Named(10) with { Cost = Routes.Object<RequestCost>(("Header", "X-Cost")) };
        await using LimitedApp app = await StartAsync(onRedis, Routes.BehindProxy(costly, Named(100)));

        using HttpResponseMessage rejected = await app.GetAsync("/", ("X-Cost", "11"));
        using HttpResponseMessage fits = await app.GetAsync("/", ("X-Cost", "10"));

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.Null(rejected.Field("Retry-After"));
        Assert.Equal($"""["{costly.Name}"]""", JsonNode.Parse(await rejected.Content.ReadAsStringAsync())!["violated-policies"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Contains(";r=99;", fits.Field("RateLimit"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cost_OfPermitsNotLeft_IsRejectedWhileACheaperOnePasses(bool onRedis)
    {
        RateLimitPolicy policy = Named(10) with { Cost = Routes.Object<RequestCost>(("POST", "4")) };
        await using LimitedApp app = await StartAsync(onRedis, Routes.With(policy));
        await app.SendAsync(HttpMethod.Post, "/");
        await app.SendAsync(HttpMethod.Post, "/");

        using HttpResponseMessage rejected = await app.SendAsync(HttpMethod.Post, "/");
        using HttpResponseMessage cheap = await app.GetAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.InRange(int.Parse(rejected.Field("Retry-After")!), 1, 60);
        Assert.Equal("1", cheap.Field("X-RateLimit-Remaining"));
    }

    private static RateLimitPolicy Named(long limit) => Routes.Limit($"costs-{Guid.NewGuid():N}", limit, 60);

    private async Task<LimitedApp> StartAsync(bool onRedis, RoutePolicies route) =>
        await (await LimitedApp.StartAsync(route, redis: onRedis ? redis.Redis.Link : null)).CountingAsync();
}
