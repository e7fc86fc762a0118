using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>What reaches a destination of a route with sessions, through the whole gateway.</summary>
public sealed class SessionForwardingTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    [Fact]
    public async Task Token_InAnyPlace_DoesNotReachTheDestination()
    {
        JsonObject bearer = await SeenAsync("/taken/?a=%2F+b&b", ("Authorization", "Bearer good"), ("Cookie", "theme=dark; lang=\"en\""));
        JsonObject cookie = await SeenAsync("/taken/", ("Authorization", "Basic eDp5"), ("Cookie", "a=1; sid=good; b=2"));
        JsonObject header = await SeenAsync("/taken/", ("X-Api-Key", "good"), ("Cookie", "sid"));
        JsonObject query = await SeenAsync("/taken/?x=%20&token=good&y=a+b&token=again");

        Assert.Equal((null, "theme=dark; lang=\"en\"", "?a=%2F+b&b"), Of(bearer));
        Assert.Equal(("Basic eDp5", "a=1; b=2", ""), Of(cookie));
        Assert.Equal((null, null, ""), Of(header));
        Assert.Null(header["x-api-key"]);
        Assert.Equal((null, null, "?x=%20&y=a+b"), Of(query));
    }

    [Theory]
    [InlineData("/slashes/a%20b%2fc?token=good&a=%2F", "/slashes/a%20b%2fc?a=%2F")]
    [InlineData("/taken/a%20b%2fc?token=good&a=%2F", "/taken/a%20b%252fc?a=%2F")]
    public async Task Token_InTheQuery_TakesNothingElseOfTheTarget(string target, string expected) =>
        Assert.Equal(expected, (string?)(await SeenAsync(target))["target"]);

    [Fact]
    public async Task PassToken_TokenInAnyPlace_ReachesTheDestinationAsItCame()
    {
        JsonObject seen = await SeenAsync("/passed/?token=x&a=1", ("Authorization", "Bearer good"), ("Cookie", "a=1; sid=good"), ("X-Api-Key", "k"));

        Assert.Equal(("Bearer good", "a=1; sid=good", "?token=x&a=1"), Of(seen));
        Assert.Equal("k", (string?)seen["x-api-key"]);
    }

    [Fact]
    public async Task Transforms_OfTheRoute_AreNotUndone()
    {
        JsonObject seen = await SeenAsync("/own/?token=good&a=1");
        JsonObject other = await SeenAsync("/own/?a=1", ("Authorization", "Bearer good"));

        Assert.Equal(("Bearer upstream", null, "?a=1&added=yes"), Of(seen));
        Assert.Equal(("Bearer upstream", null, "?a=1&added=yes"), Of(other));
    }

    [Fact]
    public async Task Cache_RequestHadAToken_StillKnowsThatItCarriesCredentials()
    {
        await SeenAsync("/cached/x", ("Authorization", "Bearer good"));
        using HttpResponseMessage again = await SendAsync("/cached/x", ("Authorization", "Bearer good"));

        Assert.DoesNotContain("hit", again.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Require_OfTheRoute_ForbidsWhoLacksIt()
    {
        using HttpResponseMessage user = await SendAsync("/staff/", ("Authorization", "Bearer good"));
        using HttpResponseMessage admin = await SendAsync("/staff/", ("Authorization", "Bearer boss"));
        using HttpResponseMessage nobody = await SendAsync("/staff/");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Unauthorized), (user.StatusCode, admin.StatusCode, nobody.StatusCode));
        Assert.Equal("application/problem+json", user.Content.Headers.ContentType!.MediaType);
    }

    private static (string? Authorization, string? Cookie, string? Query) Of(JsonObject seen) =>
        ((string?)seen["authorization"], (string?)seen["cookie"], (string?)seen["query"]);

    private async Task<JsonObject> SeenAsync(string path, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(path, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await fixture.Gateway.Client.SendAsync(request);
    }
}
