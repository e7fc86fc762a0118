using System.Net;
using System.Text;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>Whose permits a request takes, seen over real sockets by what is left.</summary>
public sealed class PartitionTests
{
    [Theory]
    [InlineData("Header:X-Api-Key", "X-Api-Key: a", "X-Api-Key: b")]
    [InlineData("Header:X-Api-Key", "X-Api-Key: a", "X-Other: a")]
    [InlineData("Cookie:sid", "Cookie: x=1; sid=a; y=2", "Cookie: x=1; sid=b")]
    [InlineData("Cookie:sid", "Cookie: sid=a", "Cookie: SID=a")]
    [InlineData("Host", "X-None: a", "X-None: b", "/", "/", true)]
    [InlineData("Query:key", "X-None: a", "X-None: a", "/?key=a", "/?key=b")]
    [InlineData("Path", "X-None: a", "X-None: a", "/a", "/b")]
    [InlineData("Path", "X-None: a", "X-None: a", "/a/b", "/A/b/", true)]
    [InlineData("Query:key", "X-None: a", "X-None: a", "/?key=a%20b&z=1", "/?x=9&KEY=a+b", true)]
    [InlineData("Global", "X-Api-Key: a", "X-Api-Key: b", "/", "/x", true)]
    [InlineData("Route", "X-Api-Key: a", "X-Api-Key: b", "/", "/x", true)]
    [InlineData("ClientIp", "X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 198.51.100.2", "/", "/", true)]
    public async Task Requests_ByPart_ShareAPartitionOrNot(
        string part, string header, string otherHeader, string path = "/", string otherPath = "/", bool shared = false)
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(Routes.Limit("p", 10, 60, part)));

        await app.GetAsync(path, Header(header));
        using HttpResponseMessage other = await app.GetAsync(otherPath, Header(otherHeader));

        Assert.Equal(shared ? "8" : "9", other.Field("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Requests_OfInventedMethods_ShareAPartition()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(Routes.Limit("p", 10, 60, "Method")));

        await app.SendAsync(new HttpMethod("BREW"), "/");
        await app.SendAsync(HttpMethod.Get, "/");
        using HttpResponseMessage other = await app.SendAsync(new HttpMethod("STEEP"), "/");

        Assert.Equal("8", other.Field("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Requests_OfAComposite_DifferWhereverTheBorderLies()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(Routes.Limit("p", 10, 60, "Header:X-A", "Header:X-B")));

        await app.GetAsync("/", ("X-A", "ab"), ("X-B", "c"));
        using HttpResponseMessage other = await app.GetAsync("/", ("X-A", "a"), ("X-B", "bc"));

        Assert.Equal("9", other.Field("X-RateLimit-Remaining"));
    }

    [Fact]
    public void Key_OfValuesThatImitateTheBorder_Differs()
    {
        var secret = new PartitionSecret();
        char border = (char)PartitionSource.Header;
        PartitionValue[] one = [new(PartitionSource.Header, $"a{border}b"), new(PartitionSource.Header, "c")];
        PartitionValue[] other = [new(PartitionSource.Header, "a"), new(PartitionSource.Header, $"b{border}c")];

        Assert.Equal(PartitionKey.Of("p", one, secret), PartitionKey.Of("p", one, secret));
        Assert.NotEqual(PartitionKey.Of("p", one, secret), PartitionKey.Of("p", other, secret));
        Assert.NotEqual(PartitionKey.Of("p", one, secret), PartitionKey.Of("p", one, new PartitionSecret()));
    }

    [Fact]
    public async Task Request_ThatWritesAnAddressAsItsKey_IsNotThatAddress()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(Routes.Limit("p", 10, 60, "Header:X-Api-Key")));

        await app.GetAsync("/");
        using HttpResponseMessage spoofed = await app.GetAsync("/", ("X-Api-Key", "127.0.0.1"));

        Assert.Equal("9", spoofed.Field("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Request_ThroughATrustedProxy_CountsForTheClientItNames()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(
            Routes.With(Routes.Limit("p", 10, 60)) with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });

        await app.GetAsync("/", ("X-Forwarded-For", "203.0.113.7"));
        using HttpResponseMessage spoofed = await app.GetAsync("/", ("X-Forwarded-For", "198.51.100.1, 203.0.113.7"));
        using HttpResponseMessage other = await app.GetAsync("/", ("X-Forwarded-For", "203.0.113.8"));

        Assert.Equal("8", spoofed.Field("X-RateLimit-Remaining"));
        Assert.Equal("9", other.Field("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Request_WithAHugeOrGarbageKey_IsCounted()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(
            Routes.With(Routes.Limit("a", 10, 60, "Header:X-Api-Key"), Routes.Limit("b", 10, 60, "Cookie:sid"), Routes.Limit("c", 10, 60, "Query:q", "Path")));
        string cookies = string.Join("; ", Enumerable.Range(0, 10_000).Select(i => $"c{i}=v{i}"));
        string[] requests =
        [
            $"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: {new string('k', 64 << 10)}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookies}; sid=a\r\n\r\n",
            "GET /%ff%fe?q=%zz&q HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ;;=;sid;sid=;\x01\r\n\r\n",
            "GET /?=&&q=%80 HTTP/1.0\r\nConnection: close\r\nX-Api-Key: \xFF\xFE\r\nX-Forwarded-For: ,,\xFF\r\n\r\n",
        ];

        foreach (string request in requests)
        {
            string answer = await app.SendRawAsync(request);
            Assert.Matches("^HTTP/1.1 (200|400)", answer);
            Assert.Equal(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), answer.Contains("RateLimit: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Explain_OfARequest_TellsThePartitionWithoutItsSecretsAndTakesNothing()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(
            Routes.With(Routes.Limit("keys", 10, 60, "Header:X-Api-Key", "ClientIp"), Routes.Limit("cookies", 5, 1, "Cookie:sid")));
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("203.0.113.7") } };
        context.Request.Headers["X-Api-Key"] = "very-secret-api-key";

        string json = (await LimitedApp.Step(app, LimitStage.BeforeSession).ExplainAsync(app.Route, context))!.ToJsonString();
        string again = (await LimitedApp.Step(app, LimitStage.BeforeSession).ExplainAsync(app.Route, context))!.ToJsonString();

        Assert.DoesNotContain("secret", json, StringComparison.Ordinal);
        Assert.Contains("\"value\":\"203.0.113.7\"", json, StringComparison.Ordinal);
        Assert.Contains("\"remaining\":10", json, StringComparison.Ordinal);
        Assert.Contains("ClientIp, since the request has no Cookie:sid", json, StringComparison.Ordinal);
        Assert.Equal(json, again);
        Assert.Null(await LimitedApp.Step(app, LimitStage.AfterSession).ExplainAsync(app.Route, context));
    }

    [Theory]
    [InlineData("ClientIp", "127.0.0.1")]
    [InlineData("Header:X-Api-Key", "k|1")]
    [InlineData("ClientIp,Header:X-Api-Key", "127.0.0.1|k|1")]
    [InlineData("Method,Path", "GET|/A/")]
    [InlineData("Global", "*")]
    public async Task Admin_OfAPartitionAsPeopleWriteIt_ShowsAndResetsIt(string parts, string partition)
    {
        RateLimitPolicy policy = Routes.Limit("p", 10, 60, parts.Split(','));
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With(policy));
        var admin = (RateLimitAdmin)app.Services.GetService(typeof(RateLimitAdmin))!;
        await app.GetAsync("/a", ("X-Api-Key", "k|1"));

        Assert.Equal(9, (await admin.GetAsync(policy, partition))!.Remaining);
        Assert.True(await admin.ResetAsync(policy, partition));
        Assert.Equal(10, (await admin.GetAsync(policy, partition))!.Remaining);
        Assert.False(await admin.ResetAsync(policy, partition));
    }

    [Fact]
    public async Task Admin_OfWhatIsNoPartition_IsNull()
    {
        await using LimitedApp app = await LimitedApp.StartAsync(Routes.With());
        var admin = (RateLimitAdmin)app.Services.GetService(typeof(RateLimitAdmin))!;

        Assert.Null(await admin.GetAsync(Routes.Limit("p", 10, 60), "not-an-address"));
        Assert.Null(await admin.ResetAsync(Routes.Limit("p", 10, 60, "ClientIp", "Route"), "127.0.0.1"));
    }

    private static (string Name, string Value) Header(string line) => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
}
