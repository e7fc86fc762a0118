using System.Text.Json.Nodes;
using Gateway.Configuration.Reload;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_OnMemory_SaysWhatRuns()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode status = await admin.GetAsync("/api/status");

        Assert.Equal(1, (int)status["config"]!["revision"]!);
        Assert.Equal(12, ((string)status["config"]!["fingerprint"]!).Length);
        Assert.Equal(3, (int)status["config"]!["routes"]!);
        Assert.True((bool)status["lastReload"]!["succeeded"]!);
        Assert.Equal("memory", (string)status["stores"]!["sessions"]!);
        Assert.Null(status["redis"]);
        Assert.True((bool)status["ready"]!);
        Assert.True((int)status["uptimeSeconds"]! >= 0);
    }

    [Fact]
    public async Task Status_AfterABrokenReload_ShowsTheMistakeAndTheRevisionInForce()
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        admin.File.Write(AdminHost.Json.Replace("\"Limit\": 100", "\"Limit\": 0", StringComparison.Ordinal));

        await admin.Services.GetRequiredService<SnapshotSource>().ReloadAsync(CancellationToken.None);
        JsonNode status = await admin.GetAsync("/api/status");

        Assert.False((bool)status["lastReload"]!["succeeded"]!);
        Assert.Contains("per-client:Limit", (string)status["lastReload"]!["mistakes"]![0]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)status["config"]!["revision"]!);
    }

    [Fact]
    public async Task Status_OnRedis_ShowsEachConcernAndTheFailure()
    {
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", "hunter2-redis");
        await using AdminHost admin = await AdminHost.StartAsync(redis: $"{redis.Connection},password=hunter2-redis");

        JsonNode there = await admin.GetAsync("/api/status");
        await redis.KillAsync();
        JsonNode away = await GoneAsync(admin);

        Assert.Equal("redis", (string)there["stores"]!["rateLimits"]!);
        Assert.All(["RateLimits", "Sessions", "Cache", "Events"], concern => Assert.True((bool)there["redis"]![concern]!["available"]!));
        Assert.NotNull((string?)away["redis"]!["RateLimits"]!["lastFailure"]);
        Assert.DoesNotContain("hunter2", there.ToJsonString() + away.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_Get_ShowsMatchClusterAndPolicies()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode routes = (await admin.GetAsync("/api/routes"))["routes"]!;

        JsonNode catalog = routes.AsArray().Single(route => (string)route!["route"]! == "catalog")!;
        Assert.Equal("/catalog/{**rest}", (string)catalog["match"]!["path"]!);
        Assert.Equal("GET", (string)catalog["match"]!["methods"]![0]!);
        Assert.Equal("api", (string)catalog["cluster"]!);
        Assert.Equal(["per-client", "per-path"], catalog["rateLimits"]!.AsArray().Select(limit => (string)limit!));
        Assert.Equal("catalog", (string)catalog["cache"]!);
        Assert.Null(catalog["session"]);
        JsonNode hooks = routes.AsArray().Single(route => (string)route!["route"]! == "hooks")!;
        Assert.Equal("hooks", (string)hooks["rateLimits"]![0]!);
    }

    [Fact]
    public async Task Config_Get_IsTheEffectiveTreeWithSecretsMasked()
    {
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", "hunter2-redis");
        await using AdminHost admin = await AdminHost.StartAsync(redis: $"{redis.Connection},password=hunter2-redis");

        JsonNode settings = (await admin.GetAsync("/api/config"))["settings"]!;

        Assert.Equal("30m", (string)settings["Gateway"]!["Sessions"]!["default"]!["Sliding"]!);
        Assert.Equal(["Bearer", "Cookie:sid"], settings["Gateway"]!["Sessions"]!["default"]!["Token"]!.AsArray().Select(source => (string)source!));
        Assert.Equal("***", (string)settings["Gateway"]!["Redis"]!["Connection"]!);
        Assert.Equal("X-Api-Key", (string)settings["ReverseProxy"]!["Routes"]!["orders"]!["Transforms"]![1]!["RequestHeader"]!);
        Assert.DoesNotContain("hunter2", settings.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> GoneAsync(AdminHost admin)
    {
        for (int attempt = 0; attempt < 500; attempt++)
        {
            JsonNode status = await admin.GetAsync("/api/status");
            if (status["redis"]!["RateLimits"]!["lastFailure"] is not null)
            {
                return status;
            }

            // A request that needs Redis notices first.
            using HttpResponseMessage asked = await admin.Client.GetAsync("/api/limits/per-client/203.0.113.7");
            await Task.Delay(20);
        }

        throw new TimeoutException("Redis was killed, and the status never said so.");
    }
}
