using Gateway.Configuration;
using Gateway.Policies.Routing;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class RoutePolicyReaderTests
{
    [Fact]
    public async Task Read_RouteSaysNothing_UsesTheDefaults()
    {
        RoutePolicies route = await ReadAsync("");

        Assert.Equal(["one", "two"], route.RateLimits.Select(limit => limit.Name));
        Assert.Equal("shared", route.Cache!.Name);
        Assert.Equal("strict", route.Session!.Name);
    }

    [Fact]
    public async Task Read_None_OptsOut()
    {
        RoutePolicies route = await ReadAsync(""" "RateLimit": "none", "Cache": "None", "Session": "none" """);

        Assert.Empty(route.RateLimits);
        Assert.Null(route.Cache);
        Assert.Null(route.Session);
    }

    [Fact]
    public async Task Read_Null_IsAsIfAbsent() => Assert.Equal("shared", (await ReadAsync(""" "Cache": null """)).Cache!.Name);

    [Fact]
    public async Task Read_EmptyCacheObject_IsAnInlinePolicyOfTheRoutesName()
    {
        RoutePolicies route = await ReadAsync(""" "Cache": {} """);

        Assert.Equal("api", route.Cache!.Name);
        Assert.Null(route.Cache.Ttl);
    }

    [Fact]
    public async Task Read_SeveralLimits_AreNamedByTheirPlace()
    {
        RoutePolicies route = await ReadAsync(""" "RateLimit": [ { "Limit": 1, "Window": "1s" }, "TWO", { "Limit": 2, "Window": "1s" } ] """);

        Assert.Equal(["api", "two", "api.2"], route.RateLimits.Select(limit => limit.Name));
    }

    [Fact]
    public async Task Read_NamedPolicy_IsOneObjectForEveryRoute()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(Json(""" "RateLimit": "one" """));

        Assert.Same(snapshot.Options.RateLimits["one"], snapshot.Policies["api"].RateLimits[0]);
    }

    [Theory]
    [InlineData("", 100L << 20)]
    [InlineData(""" "MaxRequestBody": "64KB" """, 64L << 10)]
    [InlineData(""" "MaxRequestBody": 17 """, 17L)]
    public async Task Read_MaxRequestBody_IsTheRoutesOwnOrTheGateways(string keys, long expected) =>
        Assert.Equal(expected, (await ReadAsync(keys)).MaxRequestBody);

    private static async Task<RoutePolicies> ReadAsync(string keys) => (await Loading.LoadValidAsync(Json(keys))).Policies["api"];

    private static string Json(string keys) => $$"""
        {
          "Gateway": {
            "RateLimits": { "one": { "Limit": 1, "Window": "1s" }, "two": { "Limit": 2, "Window": "1s" } },
            "Caches": { "shared": { "Ttl": "1m" } },
            "Sessions": { "strict": { } },
            "Defaults": { "RateLimit": [ "one", "two" ], "Cache": "shared", "Session": "strict" }
          },
          "ReverseProxy": {
            "Routes": { "api": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }{{(keys.Length > 0 ? "," : "")}} {{keys}} } },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "http://localhost:5001/" } } } }
          }
        }
        """;
}
