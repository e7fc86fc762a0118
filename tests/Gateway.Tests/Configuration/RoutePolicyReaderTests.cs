using Gateway.Configuration;
using Gateway.Policies.RateLimiting;
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

    [Theory]
    [InlineData("", false)]
    [InlineData(""" "PassEncodedSlashes": true """, true)]
    [InlineData(""" "PassEncodedSlashes": "False" """, false)]
    public async Task Read_PassEncodedSlashes_IsTheRoutesOwn(string keys, bool expected) =>
        Assert.Equal(expected, (await ReadAsync(keys)).PassEncodedSlashes);

    [Fact]
    public async Task Read_LimitWithEveryKey_IsAsWritten()
    {
        RoutePolicies route = await ReadAsync("""
             "Deny": "203.0.113.0/24", "Allow": [ "10.0.0.0/8", "Header:X-Api-Key=k" ], "RateLimit": {
               "Limit": 100, "Window": "1m", "Ipv6Prefix": 56, "Deny": "::1", "Allow": "192.168.0.0/16",
               "Plans": { "From": "SessionField:plan", "free": 60, "pro": 600 },
               "Cost": { "POST": 5, "default": 2, "Header": "X-Cost" }, "CountOnly": [ 401, "5xx" ],
               "ShadowLimit": 50, "Status": 503, "Detail": "Wait.", "Headers": false
             }
            """);
        RateLimitPolicy limit = route.RateLimits.Single();

        Assert.Equal(["203.0.113.0/24"], route.Deny.Select(entry => $"{entry}"));
        Assert.Equal("10.0.0.0/8", $"{route.Allow[0]}");
        Assert.StartsWith("Header:X-Api-Key=sha256:8254c329a92850f6", $"{route.Allow[1]}", StringComparison.Ordinal);
        Assert.Equal((56, "::1/128", "192.168.0.0/16"), (limit.Ipv6Prefix, $"{limit.Deny.Single()}", $"{limit.Allow.Single()}"));
        Assert.Equal("From=SessionField:plan;free=60;pro=600", $"{limit.Plans}");
        Assert.Equal("POST=5, Default=2, Header=X-Cost", $"{limit.Cost}");
        Assert.Equal("401 5xx", string.Join(' ', limit.CountOnly));
        Assert.Equal((50, 503, "Wait.", false), (limit.ShadowLimit, limit.Status, limit.Detail, limit.Headers));
    }

    [Theory]
    [InlineData(""" "Limit": 9, "Window": "1m" """, false)]
    [InlineData(""" "Limit": 9, "Window": "1m", "Cost": 5 """, false)]
    [InlineData(""" "Limit": 9, "Window": "1m", "Cost": { "Header": "X-Cost" } """, true)]
    [InlineData(""" "Limit": 9, "Window": "1m", "Plans": { "From": "Header:X-Plan", "pro": 5 } """, true)]
    public async Task Read_HeaderOfTrustedProxiesWithoutAny_Warns(string limit, bool warned)
    {
        LoadResult read = await Loading.LoadAsync(Json($$""" "RateLimit": { {{limit}} } """));

        Assert.True(read.IsValid);
        Assert.Equal(warned, read.Mistakes.Any(mistake => mistake.IsWarning && mistake.Problem.Contains("TrustedProxies", StringComparison.Ordinal)));
    }

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
