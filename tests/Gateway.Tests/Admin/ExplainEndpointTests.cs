using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class ExplainEndpointTests
{
    [Fact]
    public async Task Explain_RouteWithLimitsAndCache_SaysAllAndSpendsNothing()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode told = await admin.PostAsync("/api/explain", """{"method":"GET","url":"http://shop.example/catalog/7?page=2","headers":{"X-Key":"secret-key-of-a-client"},"client":"203.0.113.9"}""");
        JsonNode usage = await admin.GetAsync("/api/limits/per-client/203.0.113.9");

        Assert.True((bool)told["matched"]!);
        Assert.Equal("catalog", (string)told["route"]!["route"]!);
        Assert.Equal("api", (string)told["route"]!["cluster"]!);
        Assert.Equal("203.0.113.9", (string)told["client"]!);
        Assert.Equal("a", (string)told["destinations"]![0]!["id"]!);
        Assert.Equal(["per-client", "per-path"], told["limits"]!.AsArray().Select(limit => (string)limit!["policy"]!));
        Assert.Equal("203.0.113.9", (string)told["limits"]![0]!["partition"]![0]!["value"]!);
        Assert.Null(told["session"]);
        Assert.Equal("miss", (string)told["cache"]!["verdict"]!);
        Assert.Equal(100, (long)usage["remaining"]!);
        Assert.DoesNotContain("secret-key", told.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_WithSession_TellsTheVerdictAndLimitsByUser()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        JsonNode created = await admin.PostAsync("/api/sessions", """{"user_id":"u-7"}""", HttpStatusCode.Created);
        var token = (string)created["token"]!;

        JsonNode with = await admin.PostAsync("/api/explain", $$$"""{"url":"/orders/1","headers":{"Authorization":"Bearer {{{token}}}"}}""");
        JsonNode without = await admin.PostAsync("/api/explain", """{"url":"/orders/1"}""");

        Assert.Equal("valid", (string)with["session"]!["verdict"]!);
        JsonNode perUser = with["limits"]!.AsArray().Single(limit => (string)limit!["policy"]! == "per-user")!;
        Assert.Equal("u-7", (string)perUser["partition"]![0]!["value"]!);
        Assert.Equal("missing", (string)without["session"]!["verdict"]!);
        Assert.Contains("PathRemovePrefix: /orders", with["transforms"]!.AsArray().Select(line => (string)line!));
        Assert.DoesNotContain(token, with.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", with.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/catalogue/7", "catalog")]
    [InlineData("POST", "/catalog/7", "catalog")]
    [InlineData("GET", "/hooks", "hooks")]
    public async Task Explain_NoRoute_NamesTheNearest(string method, string path, string nearest)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode told = await admin.PostAsync("/api/explain", $$"""{"method":"{{method}}","url":"{{path}}"}""");

        Assert.False((bool)told["matched"]!);
        Assert.Equal(nearest, (string)told["nearest"]![0]!["route"]!);
    }

    [Fact]
    public async Task Explain_AfterAReload_SeesTheNewRoutes()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        await admin.PostAsync("/api/explain", """{"url":"/orders/1"}""");
        admin.File.Write(AdminHost.Json.Replace("/orders/{**rest}", "/bestellungen/{**rest}", StringComparison.Ordinal));

        for (int attempt = 0; attempt < 500; attempt++)
        {
            JsonNode told = await admin.PostAsync("/api/explain", """{"url":"/bestellungen/1"}""");
            if ((bool)told["matched"]!)
            {
                Assert.Equal("orders", (string)told["route"]!["route"]!);
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("The new route was never matched.");
    }

    [Theory]
    [InlineData("""{}""", "\"url\" is missing")]
    [InlineData("""{"url":"nonsense"}""", "not a URL")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "not a URL")]
    [InlineData("""{"url":"/","method":"G E T"}""", "not an HTTP method")]
    [InlineData("""{"url":"/","method":""}""", "not an HTTP method")]
    [InlineData("""{"url":"/","client":"localhost"}""", "not an IP address")]
    [InlineData("""{"url":"/","headers":["a"]}""", "\"headers\" must be an object")]
    [InlineData("""{"url":"/","headers":{"a":7}}""", "\"headers\": \"a\"")]
    [InlineData("""{"url":"/","headers":{"a b":"c"}}""", "not a header field")]
    [InlineData("""{"url":"/","headers":{"a":"b\r\nc: d"}}""", "not a header field")]
    [InlineData("""{"uri":"/"}""", "Did you mean \"url\"?")]
    public async Task Explain_BadBody_Is400(string body, string expected)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode problem = await admin.PostAsync("/api/explain", body, HttpStatusCode.BadRequest);

        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }
}
