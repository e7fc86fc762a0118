using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>What a limit may say beside its number, from the routes file to the wire, in process and on Redis.</summary>
public sealed class LimitFeaturesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Features_OfOneFile_HoldTogetherAndFollowAReload(bool onRedis)
    {
        await using RedisServer? redis = onRedis ? await RedisServer.StartAsync() : null;
        await using Destination api = await Destination.StartAsync(AnswerAsync);
        using var file = new RoutesFile(Json(api.Address, redis, denied: "Header:X-Api-Key=stolen", pro: 50));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);

        Assert.Equal("403 /", await TellAsync(gateway, "/200", ("X-Api-Key", "stolen")));
        Assert.Equal("200 50/45", await TellAsync(gateway, "/200", ("X-Plan", "pro"), ("X-Cost", "5")));
        Assert.Equal("200 20/14", await TellAsync(gateway, "/200", ("X-Plan", "none")));
        Assert.Equal("200 /", await TellAsync(gateway, "/200", ("X-Forwarded-For", "192.0.2.7")));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("200 3/3", await TellAsync(gateway, "/login/200"));
        }

        Assert.Equal("401 3/2", await TellAsync(gateway, "/login/401"));
        Assert.Equal("429 20/14", await TellAsync(gateway, "/200", ("X-Cost", "21")));

        await BoostAsync(gateway, """{ "limit": 100, "for": "5m" }""");
        Assert.Equal("200 100/93", await TellAsync(gateway, "/200"));
        await BoostAsync(gateway, """{ "for": "0s" }""");

        // Only the deny list and a plan change: the route must notice.
        file.Replace(Json(api.Address, redis, denied: "Header:X-Api-Key=other", pro: 60));
        await Eventually.TrueAsync(async () => await TellAsync(gateway, "/200", ("X-Api-Key", "other")) == "403 /");
        Assert.StartsWith("200 60/", await TellAsync(gateway, "/200", ("X-Plan", "pro"), ("X-Api-Key", "stolen")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_WithKeysInItsLists_ShowsNone()
    {
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Json(api.Address, null, denied: "Header:X-Api-Key=hunter2", pro: 50));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };

        Assert.DoesNotContain("hunter2", await admin.GetStringAsync("/api/config") + await admin.GetStringAsync("/api/routes") + gateway.Output, StringComparison.Ordinal);
    }

    private static string Json(string api, RedisServer? redis, string denied, int pro) => $$"""
        {
          "Gateway": {
            {{(redis is null ? "" : $$"""  "Redis": { "Connection": "{{redis.Connection}}", "Deadline": "10s" }, """)}}
            "TrustedProxies": [ "127.0.0.0/8" ],
            "Deny": [ "{{denied}}" ],
            "RateLimits": {
              "plans": {
                "Limit": 20, "Window": "1h", "Allow": "192.0.2.0/24",
                "Plans": { "From": "Header:X-Plan", "pro": {{pro}} }, "Cost": { "Header": "X-Cost" }
              },
              "login": { "Limit": 3, "Window": "1h", "CountOnly": [ 401, 403 ], "ShadowLimit": 2, "Detail": "Wait." }
            }
          },
          "ReverseProxy": {
            "Routes": {
              "all": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "RateLimit": "plans" },
              "login": { "ClusterId": "api", "Match": { "Path": "/login/{**rest}" }, "RateLimit": "login" }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{api}}" } } } }
          }
        }
        """;

    /// <summary>Answers with the status that the path ends in.</summary>
    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = int.Parse(context.Request.Path.Value!.Split('/')[^1], CultureInfo.InvariantCulture);
        return context.Response.WriteAsync("answered");
    }

    private static async Task BoostAsync(GatewayProcess gateway, string body)
    {
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
        using HttpResponseMessage boosted = await admin.PostAsJsonAsync("/api/limits/plans/127.0.0.1/boost", JsonNode.Parse(body));
        Assert.Equal(HttpStatusCode.OK, boosted.StatusCode);
    }

    /// <summary>Status, limit and what is left.</summary>
    private static async Task<string> TellAsync(GatewayProcess gateway, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await gateway.Client.SendAsync(request);
        return $"{(int)response.StatusCode} {Field(response, "X-RateLimit-Limit")}/{Field(response, "X-RateLimit-Remaining")}";
    }

    private static string Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : "";
}
