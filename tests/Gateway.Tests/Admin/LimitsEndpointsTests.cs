using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class LimitsEndpointsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Limit_UsedShownAndReset_OnMemoryAndRedis(bool onRedis)
    {
        await using RedisServer? redis = onRedis ? await RedisServer.StartAsync() : null;
        await using AdminHost admin = await AdminHost.StartAsync(redis: redis?.Connection);
        using var proxy = new HttpClient { BaseAddress = new Uri(admin.Host.Urls.Single()) };
        for (int i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/catalog/a/b");
            request.Headers.Add("X-Key", "k/1|2");
            using HttpResponseMessage answer = await proxy.SendAsync(request);
        }

        JsonNode byAddress = await admin.GetAsync("/api/limits/per-client/127.0.0.1");
        JsonNode byPath = await admin.GetAsync("/api/limits/per-path/%2Fcatalog%2Fa%2Fb%7Ck%2F1%7C2");
        JsonNode unescaped = await admin.GetAsync("/api/limits/per-path//catalog/a/b|k/1|2");
        JsonNode reset = await admin.DeleteAsync("/api/limits/per-client/127.0.0.1");
        JsonNode again = await admin.DeleteAsync("/api/limits/per-client/127.0.0.1");
        JsonNode after = await admin.GetAsync("/api/limits/per-client/127.0.0.1");

        Assert.Equal(97, (long)byAddress["remaining"]!);
        Assert.Equal(100, (long)byAddress["limit"]!);
        Assert.InRange((double)byAddress["resetAfterSeconds"]!, 50, 60);
        Assert.Equal(7, (long)byPath["remaining"]!);
        Assert.Equal(7, (long)unescaped["remaining"]!);
        Assert.True((bool)reset["reset"]!);
        Assert.False((bool)again["reset"]!);
        Assert.Equal(100, (long)after["remaining"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Boost_OfAPartition_RaisesItsLimitAndEnds(bool onRedis)
    {
        await using RedisServer? redis = onRedis ? await RedisServer.StartAsync() : null;
        await using AdminHost admin = await AdminHost.StartAsync(redis: redis?.Connection);

        JsonNode boost = await admin.PostAsync("/api/limits/per-path/%2Fcatalog%7Ck/boost", """{"limit":50,"for":"10m"}""");
        JsonNode raised = await admin.GetAsync("/api/limits/per-path/%2Fcatalog%7Ck");
        JsonNode other = await admin.GetAsync("/api/limits/per-path/%2Fcatalog%7Cother");
        await admin.PostAsync("/api/limits/per-path//catalog|k/boost", """{"for":"0s"}""");
        JsonNode ended = await admin.GetAsync("/api/limits/per-path/%2Fcatalog%7Ck");

        Assert.Equal(600, (double)boost["endsAfterSeconds"]!);
        Assert.Equal(50, (long)raised["limit"]!);
        Assert.Equal(50, (long)raised["remaining"]!);
        Assert.InRange((double)raised["boostEndsAfterSeconds"]!, 500, 600);
        Assert.Equal(10, (long)other["limit"]!);
        Assert.Equal(10, (long)ended["limit"]!);
        Assert.Null(ended["boostEndsAfterSeconds"]);
    }

    [Theory]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":100,"for":"10m"}""", 400, "above the limit of \"per-client\", which is 100")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":9999999999,"for":"10m"}""", 400, "Limit is 9999999999; allowed: a whole number from 1 to")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":"many","for":"10m"}""", 400, "whole number")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":200,"for":"31d"}""", 400, "from 0s, which ends a boost, to 30d")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":200,"for":"soon"}""", 400, "from 0s")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":200}""", 400, "\"for\" is missing")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", """{"limit":200,"for":"1m","until":1}""", 400, "\"until\" is not known")]
    [InlineData("/api/limits/per-client/127.0.0.1/boost", "[", 400, "not valid JSON")]
    [InlineData("/api/limits/per-client/nobody/boost", """{"limit":200,"for":"1m"}""", 400, "ClientIp")]
    [InlineData("/api/limits/per-client/127.0.0.1", """{"limit":200,"for":"1m"}""", 404, "/boost")]
    [InlineData("/api/limits/per-clint/127.0.0.1/boost", """{"limit":200,"for":"1m"}""", 404, "Did you mean")]
    public async Task Boost_OfNonsense_SaysWhatToWrite(string path, string body, int status, string expected)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode problem = await admin.PostAsync(path, body, (HttpStatusCode)status);

        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_OfALimit_NamesWhomItRejects()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        using var proxy = new HttpClient { BaseAddress = new Uri(admin.Host.Urls.Single()) };
        for (int i = 0; i < 13; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/catalog/a");
            request.Headers.Add("X-Key", "hunter2-key");
            using HttpResponseMessage answer = await proxy.SendAsync(request);
        }

        JsonNode top = await admin.GetAsync("/api/limits/per-path/top");
        JsonNode only = Assert.Single(top["top"]!.AsArray())!;
        JsonNode usage = await admin.GetAsync($"/api/limits/per-path/{only["id"]}");

        Assert.Equal(3, (long)only["rejected"]!);
        Assert.StartsWith("/catalog/a|Header…", (string)only["partition"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", top.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(10, (long)usage["used"]!);
        Assert.Empty((await admin.GetAsync("/api/limits/per-client/top"))["top"]!.AsArray());
    }

    [Theory]
    [InlineData("/api/limits/per-clent/127.0.0.1", 404, "Did you mean \"per-client\"?")]
    [InlineData("/api/limits/per-client/not-an-address", 400, "ClientIp")]
    [InlineData("/api/limits/per-path/only-one", 400, "Path | Header:X-Key")]
    [InlineData("/api/limits/per-client", 400, "ClientIp")]
    [InlineData("/api/limits/per-client/", 400, "ClientIp")]
    public async Task Limit_OfNothing_SaysWhatToWrite(string path, int status, string expected)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode problem = await admin.GetAsync(path, (HttpStatusCode)status);

        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limit_Inline_IsFoundByItsRoute()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        Assert.Equal(3, (long)(await admin.GetAsync("/api/limits/hooks/::1"))["remaining"]!);
    }
}
