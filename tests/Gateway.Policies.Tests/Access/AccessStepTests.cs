using System.Net;
using System.Text.Json.Nodes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.Access;

public sealed class AccessStepTests
{
    private static readonly RateLimitPolicy Limit = Routes.Limit("per-client", 3, 60);

    [Theory]
    [InlineData("198.51.100.7", 403)]
    [InlineData("198.51.101.7", 200)]
    [InlineData("nonsense", 200)]
    public async Task Deny_OfTheRoute_AnswersItsClientsAlone(string client, int status)
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.BehindProxy(Limit) with { Deny = Routes.Entries("198.51.100.0/24") });

        using HttpResponseMessage response = await app.GetAsync("/", ("X-Forwarded-For", client));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Deny_OfOneLimit_AnswersBeforeAllLimitsAndCountsNothing()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(
            Routes.With(Limit, Routes.Limit("burst", 9, 1) with { Deny = Routes.Entries("Header:X-Api-Key=stolen") }));
        await app.GetAsync("/", ("X-Api-Key", "stolen"));

        using HttpResponseMessage denied = await app.GetAsync("/", ("X-Api-Key", "stolen"));
        using HttpResponseMessage other = await app.GetAsync("/", ("X-Api-Key", "mine"));

        JsonNode problem = JsonNode.Parse(await denied.Content.ReadAsStringAsync())!;
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal("application/problem+json", denied.Content.Headers.ContentType!.MediaType);
        Assert.Equal(403, (int)problem["status"]!);
        Assert.Equal("//", denied.Common());
        Assert.Equal("2", other.Field("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Deny_OfAnAllowedClient_Wins()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(
            Routes.With(Limit) with { Deny = Routes.Entries("127.0.0.0/8"), Allow = Routes.Entries("127.0.0.1") });

        Assert.Equal(HttpStatusCode.Forbidden, (await app.GetAsync()).StatusCode);
    }

    [Fact]
    public async Task Deny_RouteWithoutLimits_AnswersToo()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With() with { Deny = Routes.Entries("127.0.0.1") });

        Assert.Equal(HttpStatusCode.Forbidden, (await app.GetAsync()).StatusCode);
    }
}
