using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>Every feature that writes to Redis is used once; then no key is there that does not end by itself.</summary>
public sealed class TimeToLiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How the keys of each feature begin. Each must be there, or the test would show nothing of it.</summary>
    private static readonly string[] Written =
    [
        "gw:rl:", "gw:rl:boosts", "gw:secret", "gw:gateways", "gw:gateway:1:", "gw:sessions:", "json:", "hash:", "gw:c:", "gw:c:b:", "gw:c:purges", "gw:lock:1:", "gw:events:1",
    ];

    [Fact]
    public async Task Keys_AfterEveryFeatureWasUsed_AllEndByThemselves()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync(AnswerAsync);
        using var file = new RoutesFile(Settings(redis.Connection, api.Address));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
        foreach (string route in (string[])["window", "large", "bucket", "fixed", "concurrency", "approximate", "shadow", "refund", "cached", "cached", "varied", "heavy", "uncacheable"])
        {
            for (int i = 0; i < 20; i++)
            {
                using HttpResponseMessage response = await gateway.Client.GetAsync($"/{route}");
                Assert.True((int)response.StatusCode is 200 or 429, $"{route}: {response.StatusCode}");
            }
        }

        using (HttpResponseMessage written = await gateway.Client.PostAsync("/cached", null))
        {
            Assert.True(written.IsSuccessStatusCode);
        }

        await UseSessionsAsync(gateway, admin, "json");
        await UseSessionsAsync(gateway, admin, "hash");
        foreach (object purged in (object[])[new { tag = "some" }, new { tag = "some", soft = true }, new { prefix = "/cached" }, new { route = "varied" }, new { url = $"{gateway.Address}/heavy?x=1" }])
        {
            using HttpResponseMessage answer = await admin.PostAsJsonAsync("/api/cache/purge", purged);
            Assert.True(answer.IsSuccessStatusCode);
        }

        using (HttpResponseMessage boosted = await admin.PostAsJsonAsync("/api/limits/bucket/127.0.0.1/boost", new { limit = 5000, @for = "10m" }))
        {
            Assert.True(boosted.IsSuccessStatusCode);
        }

        // Once the slowest background work has written: the body's chunks, the warm-up's lock, the first events.
        string[] keys = [];
        string[] missing = Written;
        for (long began = Stopwatch.GetTimestamp(); missing.Length > 0 && Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(50))
        {
            keys = await KeysAsync(redis);
            missing = [.. Written.Where(begin => !keys.Any(key => key.StartsWith(begin, StringComparison.Ordinal)))];
        }

        Assert.True(missing.Length == 0, $"No key of {string.Join(", ", missing)} is among\n{string.Join('\n', keys)}");
        foreach (string key in keys)
        {
            Assert.True(await redis.AskAsync($"PTTL \"{key}\"") != "-1", $"{key} has no time to live");
        }
    }

    private static async Task UseSessionsAsync(GatewayProcess gateway, HttpClient admin, string policy)
    {
        string[] tokens = new string[3];
        for (int i = 0; i < tokens.Length; i++)
        {
            using HttpResponseMessage created = await admin.PostAsJsonAsync("/api/sessions", new { policy, user_id = "u1", ttl = "1h" });
            tokens[i] = (string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/{policy}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[i]);
            using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode);
        }

        using HttpResponseMessage extended = await admin.PatchAsJsonAsync($"/api/sessions/{tokens[0]}?policy={policy}", new { ttl = "2h" });
        Assert.True(extended.IsSuccessStatusCode);
        using HttpResponseMessage revoked = await admin.DeleteAsync($"/api/sessions/{tokens[1]}?policy={policy}");
        Assert.True(revoked.IsSuccessStatusCode);
    }

    /// <summary>SCAN, as an operator would, until it has come round.</summary>
    private static async Task<string[]> KeysAsync(RedisServer redis)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        string cursor = "0";
        do
        {
            string[] lines = (await redis.AskAsync($"SCAN {cursor} COUNT 1000")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            cursor = lines[0];
            keys.UnionWith(lines[1..]);
        }
        while (cursor != "0");
        return [.. keys];
    }

    private static Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path;
        context.Response.Headers.CacheControl = path == "/uncacheable" ? "no-store" : "max-age=600";
        context.Response.Headers["Surrogate-Key"] = "some other";
        context.Response.Headers.Vary = path == "/varied" ? "Accept-Language" : default;
        return context.Response.WriteAsync(path == "/heavy" ? Convert.ToBase64String(RandomNumberGenerator.GetBytes(200_000)) : "answer");
    }

    private static string Settings(string redis, string api) => $$"""
        {
          "Gateway": {
            "Redis": { "Connection": "{{redis}}", "Deadline": "5s" },
            "RateLimits": {
              "window": { "Limit": 1000, "Window": "1h" },
              "large": { "Limit": 1000000, "Window": "1h" },
              "bucket": { "Limit": 1000, "Window": "1m", "Algorithm": "TokenBucket", "Burst": 50 },
              "fixed": { "Limit": 5, "Window": "1h", "Algorithm": "FixedWindow" },
              "concurrency": { "Limit": 10, "Window": "1m", "Algorithm": "Concurrency" },
              "approximate": { "Limit": 1000, "Window": "1h", "Accuracy": "approximate" },
              "shadow": { "Limit": 1000, "Window": "1h", "ShadowLimit": 500 },
              "refund": { "Limit": 1000, "Window": "1h", "Refund": [ 200 ] }
            },
            "Sessions": {
              "json": { "Key": "json:{token}", "Sliding": "30m" },
              "hash": { "Key": "hash:{token}", "Format": "hash", "Sliding": "30m" }
            },
            "Caches": { "plain": { "Tags": [ "own" ], "StaleWhileRevalidate": "10s" } },
            "Warmup": { "Urls": [ "http://warm.example/cached/warm" ] }
          },
          "ReverseProxy": {
            "Routes": {
              {{string.Concat(((string[])["window", "large", "bucket", "fixed", "concurrency", "approximate", "shadow", "refund"]).Select(limit =>
                  $$""" "{{limit}}": { "ClusterId": "api", "Match": { "Path": "/{{limit}}" }, "RateLimit": "{{limit}}" }, """))}}
              {{string.Concat(((string[])["cached", "varied", "heavy", "uncacheable"]).Select(cached =>
                  $$""" "{{cached}}": { "ClusterId": "api", "Match": { "Path": "/{{cached}}/{**rest}" }, "Cache": "plain" }, """))}}
              "json": { "ClusterId": "api", "Match": { "Path": "/json" }, "Session": "json" },
              "hash": { "ClusterId": "api", "Match": { "Path": "/hash" }, "Session": "hash" }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{api}}" } } } }
          }
        }
        """;
}
