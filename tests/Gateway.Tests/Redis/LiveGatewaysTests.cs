using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Gateway.Tests.EndToEnd;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>Gateways of one Redis know of each other, and whether they run the same.</summary>
public sealed class LiveGatewaysTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Status_GatewaysWithOtherSettings_ShowsThemAndThatTheyDiffer()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using var settings = new RoutesFile(Settings.CatchAll("http://localhost:1", gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}" } """));
        using var others = new RoutesFile(Settings.CatchAll("http://localhost:2", gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}" } """));
        await using GatewayProcess one = await GatewayProcess.StartAsync(settings);
        await using GatewayProcess same = await GatewayProcess.StartAsync(settings);
        await Eventually.TrueAsync(async () => await SaysAsync(one, live: 2, differ: 0), Patience);

        await using (GatewayProcess other = await GatewayProcess.StartAsync(others))
        {
            await Eventually.TrueAsync(async () => await SaysAsync(one, live: 3, differ: 1), Patience);
            await Eventually.TrueAsync(async () => await SaysAsync(other, live: 3, differ: 2), Patience);
            using var admin = new HttpClient { BaseAddress = new Uri(one.Admin) };
            string metrics = await admin.GetStringAsync("/metrics");
            Assert.Contains("gateway_config_drift 1", metrics, StringComparison.Ordinal);
            Assert.Contains("gateway_config_gateways 3", metrics, StringComparison.Ordinal);
            other.Terminate();
            await other.WaitForExitAsync(Patience);
        }

        await Eventually.TrueAsync(async () => await SaysAsync(one, live: 2, differ: 0), Patience);
    }

    [Fact]
    public async Task Status_GatewayOfAnotherVersion_IsCountedAndNotMisread()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using var settings = new RoutesFile(Settings.CatchAll("http://localhost:1", gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}" } """));
        string now = (await redis.AskAsync("TIME")).Split('\n')[0];
        await redis.AskAsync($"ZADD gw:gateways {now} stranger");
        await redis.AskAsync("SET gw:gateway:1:stranger \"of another form\" EX 60");
        await redis.AskAsync("SET gw:gateway:2:stranger \"of another version\" EX 60");
        await using GatewayProcess one = await GatewayProcess.StartAsync(settings);
        Assert.True(await SaysAsync(one, live: 2, differ: 1));
    }

    private static async Task<bool> SaysAsync(GatewayProcess gateway, int live, int differ)
    {
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
        JsonNode said = (await admin.GetFromJsonAsync<JsonNode>("/api/status"))!["gateways"]!;
        return (int)said["live"]! == live && (int)said["differ"]! == differ;
    }
}
