using Microsoft.AspNetCore.Http;
using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>Two gateways on one Redis.</summary>
public sealed class SharedRedisTests
{
    [Fact]
    public async Task Limit_OverTwoGateways_AdmitsExactlyTheLimit()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Settings.CatchAll(
            api.Address,
            route: """ "RateLimit": { "Limit": 100, "Window": "1m", "PartitionBy": "Global", "WhenRedisFails": "closed" }, """,
            // Far more parallel requests than cores: the deadline must not decide this test.
            gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}", "Deadline": "10s" } """));
        await using GatewayProcess one = await GatewayProcess.StartAsync(file);
        await using GatewayProcess two = await GatewayProcess.StartAsync(file);

        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            using HttpResponseMessage response = await (i % 2 == 0 ? one : two).Client.GetAsync("/");
            return response.StatusCode;
        }));

        Assert.Equal(100, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(900, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(100, api.Requests.Count);
    }

    [Fact]
    public async Task Cache_FilledByOneGateway_IsAHitAtTheOther()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync("once");
        });
        using var file = new RoutesFile(Settings.CatchAll(api.Address, route: """ "Cache": {}, """, gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}", "Deadline": "5s" } """));
        await using GatewayProcess one = await GatewayProcess.StartAsync(file);
        await using GatewayProcess two = await GatewayProcess.StartAsync(file);

        Assert.Equal("once", await one.Client.GetStringAsync("/shared"));
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage there = await two.Client.GetAsync("/shared");
            return there.Headers.GetValues("Cache-Status").Single().StartsWith("gateway; hit", StringComparison.Ordinal);
        });
        Assert.InRange(api.Requests.Count, 1, 2);
    }

    [Fact]
    public async Task Redis_KilledUnderLoad_NoRequestFails()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Settings.CatchAll(
            api.Address,
            route: """ "RateLimit": { "Limit": 100000, "Window": "1m" }, "Cache": {}, """,
            gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}" } """));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);

        using var stop = new CancellationTokenSource();
        Task<int>[] callers = [.. Enumerable.Range(0, 8).Select(_ => CallUntilAsync(gateway.Client, stop.Token))];
        await Eventually.TrueAsync(() => api.Requests.Count > 200);
        await redis.KillAsync();
        int atKill = api.Requests.Count;
        await Eventually.TrueAsync(() => api.Requests.Count > atKill + 500);
        await redis.StartAgainAsync();
        int atStart = api.Requests.Count;
        await Eventually.TrueAsync(() => api.Requests.Count > atStart + 500);
        await stop.CancelAsync();

        Assert.All(await Task.WhenAll(callers), failures => Assert.Equal(0, failures));
    }

    private static async Task<int> CallUntilAsync(HttpClient client, CancellationToken stop)
    {
        int failures = 0;
        while (!stop.IsCancellationRequested)
        {
            using HttpResponseMessage response = await client.GetAsync("/", CancellationToken.None);
            failures += response.IsSuccessStatusCode ? 0 : 1;
        }

        return failures;
    }
}
