using System.Text.Json.Nodes;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>What happens in a fleet, as an operator reads it at any of its gateways.</summary>
public sealed class EventsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Events_OfTwoGateways_AreReadAtOneAndFollowed()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        string Json(int limit) => Settings.CatchAll(
            "http://127.0.0.1:9", route: $$""" "RateLimit": { "Limit": {{limit}}, "Window": "1m" }, """, gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}" } """);
        using var file = new RoutesFile(Json(10));
        await using GatewayProcess one = await GatewayProcess.StartAsync(file);
        await using GatewayProcess follower = GatewayProcess.Start("events", "--follow", "--admin", one.Admin);
        await using (GatewayProcess two = await GatewayProcess.StartAsync(file))
        {
            await UntilAsync(follower, " gateway-joined version=", count: 2);
            file.Replace(Json(20));
            await UntilAsync(follower, " config-applied revision=2 ", count: 2);
            file.Replace(Json(-1));
            await UntilAsync(follower, " config-rejected mistakes=1 ", count: 2);
            redis.Pause();
            await Eventually.TrueAsync(async () => await OpensAsync(one), Patience);
            redis.Resume();
            await UntilAsync(follower, " circuit-opened concern=RateLimits reason=", count: 1);
            await UntilAsync(follower, " circuit-closed concern=RateLimits", count: 1);
            await Eventually.TrueAsync(() => IsAvailableAsync(two, "Events"), Patience);
            two.Terminate();
            await two.WaitForExitAsync(Patience);
        }

        await UntilAsync(follower, " gateway-left", count: 1);
        (int exitCode, string output, _) = await GatewayProcess.RunAsync("events", "--limit", "1", "--admin", one.Admin);
        Assert.Equal(0, exitCode);
        Assert.EndsWith(" gateway-left\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static Task UntilAsync(GatewayProcess follower, string says, int count) => Eventually.TrueAsync(
        () => follower.Output.Split('\n').Count(line => line.Contains(says, StringComparison.Ordinal)) >= count, Patience, $"\"{says}\" {count} times");

    private static async Task<bool> OpensAsync(GatewayProcess gateway)
    {
        using HttpResponseMessage response = await gateway.Client.GetAsync("/");
        return !await IsAvailableAsync(gateway, "RateLimits");
    }

    private static async Task<bool> IsAvailableAsync(GatewayProcess gateway, string concern)
    {
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
        return (bool)JsonNode.Parse(await admin.GetStringAsync("/api/status"))!["redis"]![concern]!["available"]!;
    }
}
