using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class SessionsEndpointsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Session_CreatedShownAndRevoked_OnMemoryAndRedis(bool onRedis)
    {
        await using RedisServer? redis = onRedis ? await RedisServer.StartAsync() : null;
        await using AdminHost admin = await AdminHost.StartAsync(redis: redis?.Connection);

        JsonNode created = await admin.PostAsync("/api/sessions", """{"policy":"default","user_id":"u-7","ttl":"2h","plan":"gold"}""", HttpStatusCode.Created);
        var token = (string)created["token"]!;
        JsonNode shown = await admin.GetAsync($"/api/sessions/{token}");
        JsonNode listed = await admin.GetAsync("/api/sessions?user=u-7");
        JsonNode extended = await admin.PatchAsync($"/api/sessions/{token}", """{"ttl":"5h"}""");
        JsonNode counted = await admin.GetAsync("/api/sessions");
        JsonNode one = await admin.DeleteAsync("/api/sessions?user=u-7&id=none");
        await admin.PatchAsync("/api/sessions/none", """{"ttl":"5h"}""", HttpStatusCode.NotFound);
        await admin.PatchAsync($"/api/sessions/{token}", """{"ttl":"0s"}""", HttpStatusCode.BadRequest);
        await admin.PatchAsync($"/api/sessions/{token}", """{"plan":"x"}""", HttpStatusCode.BadRequest);
        await admin.GetAsync("/api/sessions?tenant=acme", HttpStatusCode.BadRequest);
        JsonNode revoked = await admin.DeleteAsync($"/api/sessions/{token}");
        await admin.GetAsync($"/api/sessions/{token}", HttpStatusCode.NotFound);
        await admin.DeleteAsync($"/api/sessions/{token}", HttpStatusCode.NotFound);

        var ends = DateTimeOffset.Parse((string)created["expires_at"]!, CultureInfo.InvariantCulture);
        Assert.InRange(ends - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(121));
        Assert.Equal("valid", (string)shown["verdict"]!);
        Assert.Equal("u-7", (string)shown["record"]!["user_id"]!);
        Assert.Equal("gold", (string)shown["record"]!["plan"]!);
        Assert.Single(listed["sessions"]!.AsArray());
        Assert.DoesNotContain(token, listed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1, (int)revoked["revoked"]!);
        Assert.InRange(DateTimeOffset.Parse((string)extended["record"]!["expires_at"]!, CultureInfo.InvariantCulture) - ends, TimeSpan.FromHours(2.9), TimeSpan.FromHours(3.1));
        Assert.Equal((1, true), ((int)counted["active"]!, (bool)counted["complete"]!));
        Assert.Equal(0, (int)one["revoked"]!);
    }

    [Fact]
    public async Task User_Revoked_LosesAllSessionsAndNobodyElseDoes()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        await admin.PostAsync("/api/sessions", """{"user_id":"a b&c"}""", HttpStatusCode.Created);
        await admin.PostAsync("/api/sessions", """{"user_id":"a b&c"}""", HttpStatusCode.Created);
        JsonNode other = await admin.PostAsync("/api/sessions", """{"user_id":"d"}""", HttpStatusCode.Created);

        JsonNode revoked = await admin.DeleteAsync("/api/sessions?user=a%20b%26c&policy=default");

        Assert.Equal(2, (int)revoked["revoked"]!);
        Assert.Equal(0, (int)(await admin.DeleteAsync("/api/sessions?user=a%20b%26c"))["revoked"]!);
        await admin.GetAsync($"/api/sessions/{(string)other["token"]!}");
    }

    [Theory]
    [InlineData("""{"policy":"defalt"}""", 404, "Did you mean \"default\"?")]
    [InlineData("""{"policy":7}""", 400, "\"policy\" must be a string")]
    [InlineData("""{"ttl":"soon"}""", 400, "\"ttl\" is \"soon\"")]
    [InlineData("""{"ttl":"0s"}""", 400, "\"ttl\"")]
    [InlineData("""{"ttl":"99999d"}""", 400, "\"ttl\"")]
    [InlineData("""{"ttl":60}""", 400, "\"ttl\" must be a string")]
    [InlineData("nonsense", 400, "not valid JSON")]
    public async Task Create_BadBody_SaysWhatIsWrong(string body, int status, string expected)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode problem = await admin.PostAsync("/api/sessions", body, (HttpStatusCode)status);

        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/sessions", 400)]
    [InlineData("/api/sessions?user=", 400)]
    [InlineData("/api/sessions/no-such-token-here", 404)]
    [InlineData("/api/sessions/a%2Fb%0A", 404)]
    [InlineData("/api/sessions/x?policy=nope", 404)]
    public async Task Delete_OfNothing_IsAProblem(string path, int status)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        await admin.DeleteAsync(path, (HttpStatusCode)status);
    }

    [Fact]
    public async Task Create_WithoutAPolicyInTheConfiguration_Is404()
    {
        string json = """{"ReverseProxy":{"Routes":{"r":{"ClusterId":"c","Match":{"Path":"/"}}},"Clusters":{"c":{"Destinations":{"a":{"Address":"http://127.0.0.1:9/"}}}}}}""";
        await using AdminHost admin = await AdminHost.StartAsync(json: json);

        JsonNode problem = await admin.PostAsync("/api/sessions", "{}", HttpStatusCode.NotFound);

        Assert.Contains("no session policy", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_RedisAway_Is503WithRetryAfter()
    {
        await using AdminHost admin = await AdminHost.StartAsync(redis: $"127.0.0.1:{FreePort.Next()}");

        JsonNode problem = await admin.PostAsync("/api/sessions", """{"user_id":"u"}""", HttpStatusCode.ServiceUnavailable);

        Assert.Contains("Redis", (string)problem["detail"]!, StringComparison.Ordinal);
    }
}
