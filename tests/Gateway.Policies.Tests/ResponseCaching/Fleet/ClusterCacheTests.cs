using System.Security.Cryptography;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fleet;

/// <summary>Two gateways on a real Cluster of three, where the chunks of one body lie in different slots.</summary>
public sealed class ClusterCacheTests
{
    private const string Host = "Host: shop.example";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly byte[] _large = RandomNumberGenerator.GetBytes(3_000_000);

    [Fact]
    public async Task Entries_OfOneGateway_AreHitsAtTheOtherWithOneCommandEach()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using Destination destination = await Destination.StartAsync(AnswerAsync);
        await using CacheHost one = await CacheFleet.StartGatewayAsync(new CachePolicy(), destination, cluster.Connection, deadline: TimeSpan.FromSeconds(10));
        await using CacheHost two = await CacheFleet.StartGatewayAsync(new CachePolicy(), destination, cluster.Connection, deadline: TimeSpan.FromSeconds(10));
        string[] paths = ["/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "/large"];
        foreach (string path in paths)
        {
            await one.GetAsync(path, Host, "Accept-Language: de");
        }

        await Eventually.TrueAsync(async () => await CountAsync(cluster, async redis => await StoredAsync(redis)) == paths.Length, Patience);
        // What the route varies by is learnt from the first.
        await two.GetAsync(paths[0], Host, "Accept-Language: de");
        await Task.WhenAll(cluster.Servers.Select(RedisCalls.ResetAsync));
        for (int i = 1; i < paths.Length - 1; i++)
        {
            Answer hit = await two.GetAsync(paths[i], Host, "Accept-Language: de");
            Assert.Equal((true, paths[i]), (hit.IsHit, hit.Body));
        }

        Assert.Equal(9, await CountAsync(cluster, async redis => (await RedisCalls.CountAsync(redis)).Values.Sum()));
        Assert.Equal(SHA256.HashData(_large), SHA256.HashData(await LargeAsync(two)));
        Assert.Equal(paths.Length, destination.Requests.Count);
    }

    private static async Task<byte[]> LargeAsync(CacheHost gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/large") { Headers = { Host = "shop.example" } };
        using HttpResponseMessage response = await gateway.Client.SendAsync(request).WaitAsync(Patience);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Entries whose bodies do not grow any more: nobody holds their lease.</summary>
    private static async Task<long> StoredAsync(RedisServer redis) =>
        (await RedisCalls.KeysAsync(redis, "gw:c:1:*")).Length - await RedisCalls.LeasesAsync(redis);

    private static async Task<long> CountAsync(RedisCluster cluster, Func<RedisServer, Task<long>> count) =>
        (await Task.WhenAll(cluster.Servers.Select(count))).Sum();

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "max-age=600";
        if (context.Request.Path == "/large")
        {
            context.Response.ContentLength = _large.Length;
            await context.Response.Body.WriteAsync(_large);
            return;
        }

        context.Response.Headers.Vary = "Accept-Language";
        await context.Response.WriteAsync($"{context.Request.Path}");
    }
}
