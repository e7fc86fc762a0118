using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>URLs fetched into the cache by the gateway itself.</summary>
public sealed class WarmupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _list = Path.Combine(Path.GetTempPath(), $"warmup-{Guid.NewGuid():N}.txt");

    [Fact]
    public async Task Urls_AreInTheCacheBeforeAClientAsks_AndCountAgainstNoLimit()
    {
        await using Destination api = await Destination.StartAsync(AnswerAsync);
        await File.WriteAllTextAsync(_list, "# a comment\nhttp://shop.example/from-file\n\nno url\n");
        using var file = new RoutesFile($$"""
            {
              "Gateway": {
                "Warmup": {
                  "Urls": [ "http://shop.example/a", "http://shop.example/a?page=2", "http://shop.example/no-store", "http://shop.example/fails", "http://shop.example/plain", "http://shop.example/members" ],
                  "File": "{{_list}}", "Headers": { "Accept-Language": "de" }
                }
              },
              "ReverseProxy": {
                "Routes": {
                  "plain": { "ClusterId": "api", "Match": { "Path": "/plain" }, "Order": 1 },
                  "members": { "ClusterId": "api", "Match": { "Path": "/members" }, "Order": 2, "Cache": {}, "Session": {} },
                  "all": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "Order": 3, "Cache": {}, "RateLimit": { "Limit": 2, "Window": "1h", "PartitionBy": "Global" } }
                },
                "Clusters": { "api": { "Destinations": { "a": { "Address": "{{api.Address}}" } } } }
              }
            }
            """);
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);

        JsonNode warmup = await DoneAsync(gateway);

        Assert.Equal(
            (8, 3, 1, 2, 2),
            ((int)warmup["urls"]!, (int)warmup["stored"]!, (int)warmup["notStored"]!, (int)warmup["skipped"]!, (int)warmup["failed"]!));
        Assert.StartsWith("gateway; hit", await AskAsync(gateway, "/a"), StringComparison.Ordinal);
        Assert.StartsWith("gateway; hit", await AskAsync(gateway, "/from-file"), StringComparison.Ordinal);
        Assert.Contains("Cache warm-up done: 8 URLs", gateway.Output, StringComparison.Ordinal);
        File.Delete(_list);
    }

    [Fact]
    public async Task Schedule_FetchesAgain_WhatIsStale()
    {
        await using Destination api = await Destination.StartAsync(AnswerAsync);
        using var file = new RoutesFile(Settings.CatchAll(
            api.Address, route: """ "Cache": {}, """, gateway: """ "Warmup": { "Urls": "http://shop.example/short", "Every": "1s" } """));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);

        await Eventually.TrueAsync(() => api.Requests.Count >= 2, Patience);
    }

    [Fact]
    public async Task Fleet_OneGatewayWarmsUpForAll()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync(AnswerAsync);
        using var file = new RoutesFile(Settings.CatchAll(
            api.Address,
            route: """ "Cache": {}, """,
            gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}", "Deadline": "5s" }, "Warmup": { "Urls": "http://shop.example/a" } """));
        await using GatewayProcess one = await GatewayProcess.StartAsync(file);
        Assert.Equal("done", (string)(await DoneAsync(one))["state"]!);

        await using GatewayProcess two = await GatewayProcess.StartAsync(file);

        Assert.Equal("elsewhere", (string)(await DoneAsync(two))["state"]!);
        Assert.StartsWith("gateway; hit", await AskAsync(two, "/a"), StringComparison.Ordinal);
        Assert.Single(api.Requests);
    }

    /// <summary>Who does the round is decided where the configuration says that locks are held.</summary>
    [Fact]
    public async Task Fleet_WithARedisForLocks_DecidesThere()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RedisServer locks = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync(AnswerAsync);
        using var file = new RoutesFile(Settings.CatchAll(
            api.Address,
            route: """ "Cache": {}, """,
            gateway: $$"""
                "Redis": { "Connection": "{{redis.Connection}}", "Deadline": "5s", "Locks": [ "{{locks.Connection}}" ] },
                "Warmup": { "Urls": "http://shop.example/a" }
                """));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);

        Assert.Equal("done", (string)(await DoneAsync(gateway))["state"]!);
        Assert.Contains("lock:1:{cache-warmup:", await locks.AskAsync("KEYS *"), StringComparison.Ordinal);
        Assert.DoesNotContain("lock:1:", await redis.AskAsync("KEYS *"), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> DoneAsync(GatewayProcess gateway)
    {
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
        JsonNode? warmup = null;
        await Eventually.TrueAsync(
            async () =>
            {
                warmup = JsonNode.Parse(await admin.GetStringAsync("/api/status"))!["warmup"];
                return (string?)warmup?["state"] is "done" or "elsewhere";
            },
            Patience);
        return warmup!;
    }

    private static async Task<string> AskAsync(GatewayProcess gateway, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = "shop.example";
        using HttpResponseMessage response = await gateway.Client.SendAsync(request);
        return response.Headers.GetValues("Cache-Status").Single();
    }

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Path == "/fails" ? 500 : 200;
        context.Response.Headers.CacheControl = context.Request.Path.Value switch
        {
            "/no-store" or "/fails" => "no-store",
            "/short" => "max-age=1",
            _ => "max-age=600",
        };
        return context.Response.WriteAsync("warm");
    }
}
