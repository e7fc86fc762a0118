using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class EventsEndpointTests
{
    [Fact]
    public async Task Events_OfWhatOperatorsDid_AreListedWithoutWhatMayBeSecret()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        await admin.PostAsync("/api/cache/purge", """{"url":"http://example.com/page?key=hunter2-query"}""");
        await admin.PostAsync("/api/cache/purge", """{"tag":"catalog","soft":true}""");
        JsonNode created = await admin.PostAsync("/api/sessions", """{"user_id":"hunter2-user"}""", HttpStatusCode.Created);
        await admin.Client.DeleteAsync($"/api/sessions/{created["token"]}");
        await admin.PostAsync("/api/sessions", """{"user_id":"hunter2-user"}""", HttpStatusCode.Created);
        await admin.Client.DeleteAsync("/api/sessions?user=hunter2-user");
        await admin.PostAsync("/api/limits/per-path/%2Fx%7Chunter2-key/boost", """{"limit":20,"for":"10m"}""");
        await admin.Client.DeleteAsync("/api/limits/per-path/%2Fx%7Chunter2-key");

        JsonNode answer = await admin.GetAsync("/api/events");
        JsonArray events = answer["events"]!.AsArray();
        Assert.Equal(
            ["cache-purged", "cache-purged", "sessions-revoked", "sessions-revoked", "limit-boosted", "limit-reset"], events.Select(told => (string)told!["kind"]!));
        Assert.Equal("url:http://example.com/page", (string?)events[0]!["details"]!["target"]);
        Assert.Equal("true", (string?)events[1]!["details"]!["soft"]);
        Assert.Equal("1", (string?)events[3]!["details"]!["revoked"]);
        Assert.Equal("10m", (string?)events[4]!["details"]!["for"]);
        Assert.Equal((string?)events[4]!["details"]!["partition"], (string?)events[5]!["details"]!["partition"]);
        Assert.DoesNotContain("hunter2", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain((string)created["token"]!, answer.ToJsonString(), StringComparison.Ordinal);

        JsonArray later = (await admin.GetAsync($"/api/events?after={events[3]!["id"]}&limit=1"))["events"]!.AsArray();
        Assert.Equal("limit-boosted", (string?)Assert.Single(later)!["kind"]);
    }

    [Fact]
    public async Task Events_OfWhatCameToNothing_AreNone()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        await admin.PostAsync("/api/cache/purge", "{}", HttpStatusCode.BadRequest);
        await admin.Client.DeleteAsync("/api/sessions/nobody");
        await admin.Client.DeleteAsync("/api/sessions?user=nobody");
        Assert.Empty((await admin.GetAsync("/api/events"))["events"]!.AsArray());
    }

    [Theory]
    [InlineData("after=x", "after")]
    [InlineData("after=1-2-3", "after")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=-5", "limit")]
    [InlineData("limit=many", "limit")]
    public async Task Events_AskedForWrongly_Are400ThatSaysHow(string query, string names)
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        JsonNode problem = await admin.GetAsync($"/api/events?{query}", HttpStatusCode.BadRequest);
        Assert.Contains($"\"{names}\" must be", (string?)problem["detail"], StringComparison.Ordinal);
    }
}
