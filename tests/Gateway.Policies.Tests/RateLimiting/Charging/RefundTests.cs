using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Charging;

/// <summary>Permits handed back by the response's status, over real sockets, in process and on Redis.</summary>
public sealed class RefundTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CountOnly_OtherStatuses_CostNothing(bool onRedis)
    {
        await using LimitedApp app = await StartAsync(onRedis, Routes.With(Named("login", 3) with { CountOnly = Statuses("401", "403") }));

        // Many more than the limit: each is handed back before its response begins.
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage good = await app.GetAsync("/200");
            Assert.Equal("200: 3/3", Told(good));
        }

        Assert.Equal("401: 3/2", Told(await app.GetAsync("/401")));
        Assert.Equal("200: 3/2", Told(await app.GetAsync("/200")));
        Assert.Equal("403: 3/1", Told(await app.GetAsync("/403")));
        Assert.Equal("401: 3/0", Told(await app.GetAsync("/401")));
        Assert.Equal("429: 3/0", Told(await app.GetAsync("/200")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_OfAClass_HandsBackWhatItCost(bool onRedis)
    {
        RateLimitPolicy policy = Named("paid", 10) with { Refund = Statuses("5xx"), Cost = Routes.Object<RequestCost>(("", "4")) };
        await using LimitedApp app = await StartAsync(onRedis, Routes.With(policy));
        using var decisions = new Decisions(app.Services);

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("503: 10/10", Told(await app.GetAsync("/503")));
        }

        Assert.Equal("200: 10/6", Told(await app.GetAsync("/200")));
        Assert.Equal("500: 10/6", Told(await app.GetAsync("/500")));
        Assert.Equal("404: 10/2", Told(await app.GetAsync("/404")));
        Assert.Equal("429: 10/2", Told(await app.GetAsync("/500")));
        Assert.Equal(6, decisions.Refunds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refund_BesideAnotherLimit_LeavesThatOne(bool onRedis)
    {
        await using LimitedApp app = await StartAsync(onRedis, Routes.With(Named("all", 100), Named("failures", 50) with { Refund = Statuses("500") }));

        await app.GetAsync("/500");
        using HttpResponseMessage response = await app.GetAsync("/500");

        Assert.Matches("\"all-.*\";r=98;t=.*, \"failures-.*\";r=50;t=", response.Field("RateLimit"));
    }

    [Fact]
    public async Task CountOnly_LaterLimitRejects_HandsBack()
    {
        RoutePolicies route = Routes.WithSession(Named("login", 5) with { CountOnly = Statuses("401") }, Routes.Limit("per-user", 1, 60, "User"));
        await using LimitedApp app = await StartAsync(onRedis: false, route);

        for (int i = 0; i < 10; i++)
        {
            await app.GetAsync("/200", ("X-Test-User", "ada"));
        }

        using HttpResponseMessage nobody = await app.GetAsync("/200");
        Assert.Equal("401: 5/4", Told(nobody));
    }

    [Fact]
    public async Task CountOnly_InTheShadow_ReportsWhatCounts()
    {
        await using LimitedApp app = await StartAsync(onRedis: false, Routes.With(Named("login", 2) with { CountOnly = Statuses("401"), Shadow = true }));
        using var decisions = new Decisions(app.Services);

        foreach (string path in (string[])["/200", "/200", "/200", "/401", "/200", "/401", "/401", "/200"])
        {
            Assert.Equal($"{path[1..]}: /", Told(await app.GetAsync(path)));
        }

        Assert.Equal(6, decisions.Shadow("admitted"));
        Assert.Equal(2, decisions.Shadow("rejected"));
    }

    [Fact]
    public async Task Refund_RedisAway_HandsBackWhatThisProcessCounted()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using var connections = new RedisConnections(
            new RedisOptions { Connection = server.Connection + ",connectTimeout=500" }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await connections.StartAsync();
        await using LimitedApp app = await LimitedApp.StartAsync(
            Routes.With(Routes.Limit("login", 3, 600) with { CountOnly = Statuses("401") }), Answer, redis: connections.For(RedisConcern.RateLimits));
        await server.KillAsync();

        for (int i = 0; i < 10; i++)
        {
            Assert.StartsWith("200: 3/", Told(await app.GetAsync("/200")), StringComparison.Ordinal);
        }

        await app.GetAsync("/401");
        await app.GetAsync("/401");
        await app.GetAsync("/401");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await app.GetAsync("/200")).StatusCode);
    }

    [Theory]
    [InlineData("401", 401, true)]
    [InlineData("401", 400, false)]
    [InlineData("5xx", 500, true)]
    [InlineData("5XX", 599, true)]
    [InlineData("5xx", 499, false)]
    [InlineData("1xx", 101, true)]
    public void StatusMatch_OfAStatusOrClass_Holds(string text, int status, bool holds) => Assert.Equal(holds, Statuses(text)[0].Holds(status));

    [Theory]
    [InlineData("")]
    [InlineData("99")]
    [InlineData("600")]
    [InlineData("6xx")]
    [InlineData("5x")]
    [InlineData("50x")]
    [InlineData("-1")]
    [InlineData("4xx,5xx")]
    public void StatusMatch_OfAnythingElse_IsFalse(string text) => Assert.False(StatusMatch.TryParse(text, out _));

    private static StatusMatch[] Statuses(params string[] texts) =>
        [.. texts.Select(text => StatusMatch.TryParse(text, out StatusMatch match) ? match : throw new ArgumentException(text))];

    /// <summary>All tests share a Redis: each counts under a name of its own.</summary>
    private static RateLimitPolicy Named(string name, long limit) => Routes.Limit($"{name}-{Guid.NewGuid():N}", limit, 600);

    private static string Told(HttpResponseMessage response) =>
        $"{(int)response.StatusCode}: {response.Field("X-RateLimit-Limit")}/{response.Field("X-RateLimit-Remaining")}";

    private static Task Answer(HttpContext context)
    {
        context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
        return context.Response.WriteAsync("answered");
    }

    private async Task<LimitedApp> StartAsync(bool onRedis, RoutePolicies route) =>
        await (await LimitedApp.StartAsync(route, Answer, redis: onRedis ? redis.Redis.Link : null)).CountingAsync();
}
