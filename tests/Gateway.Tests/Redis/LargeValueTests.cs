using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>A large cached body on a slow line to Redis: limits, on the same line, go on meanwhile.</summary>
public sealed class LargeValueTests
{
    private const int BodyBytes = 32 << 20;
    private const int Limit = 1000;
    private const int Chunk = 512 << 10;

    /// <summary>The body takes 4 s; each of its parts, which has 2 s, a fraction of one.</summary>
    private const long SlowLine = 8 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Limits_WhileALargeValueIsOnItsWay_AreCountedBeforeItHasCome()
    {
        byte[] body = RandomNumberGenerator.GetBytes(BodyBytes);
        await using Destination api = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.ContentType = "application/octet-stream";
            return context.Response.Body.WriteAsync(context.Request.Path == "/large" ? body : [1]).AsTask();
        });
        await using RedisServer redis = await RedisServer.StartAsync();
        await using var line = new TcpRelay(redis.Port);
        using var direct = new RoutesFile(Settings(redis.Connection, api.Address));
        using var relayed = new RoutesFile(Settings(line.Connection, api.Address));
        await using GatewayProcess writer = await GatewayProcess.StartAsync(direct);
        await using GatewayProcess reader = await GatewayProcess.StartAsync(relayed);
        Assert.Equal(body.Length, (await writer.Client.GetByteArrayAsync("/large")).Length);
        await Eventually.TrueAsync(async () => await KeysAsync(redis) > BodyBytes / Chunk, Patience, "the whole body in Redis, and the entry that names its chunks");
        int left = await CountAsync(reader);

        line.BytesPerSecond = SlowLine;
        long before = line.Passed;
        Task<byte[]> large = reader.Client.GetByteArrayAsync("/large");
        await Eventually.TrueAsync(() => line.Passed - before > 2 * Chunk, Patience, "a transfer that has begun");
        int counted = 0;
        for (; line.Passed - before < BodyBytes && counted < Limit / 10; counted++)
        {
            Assert.Equal(left - counted - 1, await CountAsync(reader));
        }

        // The last one may have come after the body's last byte.
        Assert.True(counted > 3, $"only {counted} limits were counted while the large value was on its way");
        line.BytesPerSecond = long.MaxValue;
        Assert.Equal(body, await large);

        // Counted in Redis, not in the gateway while it waited: the other one knows. Some more may be taken in advance.
        Assert.InRange(await CountAsync(writer), 0, left - counted - 1);
    }

    private static async Task<int> CountAsync(GatewayProcess gateway)
    {
        using HttpResponseMessage response = await gateway.Client.GetAsync("/counted");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return int.Parse(response.Headers.GetValues("X-RateLimit-Remaining").Single(), CultureInfo.InvariantCulture);
    }

    private static async Task<int> KeysAsync(RedisServer redis) => (await redis.AskAsync("KEYS gw:c:*")).Count(letter => letter == '\n');

    private static string Settings(string redis, string api) => $$"""
        {
          "Gateway": {
            "Redis": { "Connection": "{{redis}}", "Deadline": "10s" },
            "RateLimits": { "counted": { "Limit": {{Limit}}, "Window": "1h", "PartitionBy": "Global", "WhenRedisFails": "closed" } }
          },
          "ReverseProxy": {
            "Routes": {
              "large": { "ClusterId": "api", "Match": { "Path": "/large" }, "Cache": { "MaxObject": "64MB" } },
              "counted": { "ClusterId": "api", "Match": { "Path": "/counted" }, "RateLimit": "counted" }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{api}}" } } } }
          }
        }
        """;
}
