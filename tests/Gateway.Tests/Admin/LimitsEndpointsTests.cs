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
