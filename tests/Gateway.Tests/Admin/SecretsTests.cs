using System.Text;
using Gateway.Configuration;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class SecretsTests
{
    [Fact]
    public async Task EveryEndpoint_WithPlantedSecrets_ShowsNoneInAnswersOrLogs()
    {
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", "hunter2-redis");
        var options = new AdminOptions { Urls = "http://127.0.0.1:0", Token = "hunter2-admin" };
        await using AdminHost admin = await AdminHost.StartAsync(options, redis: $"{redis.Connection},password=hunter2-redis");
        admin.Client.DefaultRequestHeaders.Add("Authorization", "Bearer hunter2-admin");
        var seen = new StringBuilder();

        foreach (string path in (string[])["/", "/metrics", "/healthz/live", "/healthz/ready", "/api/status", "/api/routes", "/api/config",
            "/api/sessions/hunter2-session", "/api/sessions?user=u", "/api/limits/hooks/127.0.0.1", "/api/nothing?token=hunter2-query"])
        {
            seen.Append(await ReadAsync(admin, new HttpRequestMessage(HttpMethod.Get, path)));
        }

        seen.Append(await ReadAsync(admin, new HttpRequestMessage(HttpMethod.Delete, "/api/sessions/hunter2-session")));
        seen.Append(await ReadAsync(admin, Explain("""{"url":"/orders/1?token=hunter2-query","headers":{"Authorization":"Bearer hunter2-session-token","Cookie":"sid=hunter2-cookie"}}""")));
        seen.Append(await ReadAsync(admin, Explain("""{"url":"/catalog/1","headers":{"X-Key":"hunter2-partition-key","Authorization":"Basic hunter2"}}""")));
        seen.Append(await ReadAsync(admin, Explain("""{"url":"/hooks","headers":{"X-Hook-Key":"hunter2-match"}}""")));

        Assert.Contains("X-Hook-Key", seen.ToString(), StringComparison.Ordinal);
        Assert.Contains("gateway_config_revision", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", admin.Log.Text, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Explain(string body) => new(HttpMethod.Post, "/api/explain") { Content = new StringContent(body) };

    private static async Task<string> ReadAsync(AdminHost admin, HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await admin.Client.SendAsync(request);
        Assert.InRange((int)answer.StatusCode, 200, 404);
        return $"{answer.Headers}{await answer.Content.ReadAsStringAsync()}\n";
    }
}
