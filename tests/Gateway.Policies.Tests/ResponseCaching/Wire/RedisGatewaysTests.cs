using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>Two gateways, one Redis of the test's own.</summary>
public sealed class RedisGatewaysTests : IAsyncLifetime
{
    private const string Host = "Host: shop.example";
    private readonly CachePolicy _policy = new() { Tags = ["catalog"] };
    private RedisServer _redis = null!;
    private Destination _destination = null!;
    private CacheHost _one = null!;
    private CacheHost _two = null!;
    private int _fetches;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            return context.Response.WriteAsync($"answer {Interlocked.Increment(ref _fetches)}");
        });
        _one = await StartGatewayAsync();
        _two = await StartGatewayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _destination.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Entry_ThatOneGatewayFetched_IsAHitAtTheOther()
    {
        await _one.GetAsync("/a", Host);
        await EntryIsInRedisAsync();

        Answer hit = await _two.GetAsync("/a", Host);

        Assert.Equal((true, "answer 1"), (hit.IsHit, hit.Body));
    }

    [Theory]
    [InlineData(PurgeKind.Url, "http://shop.example/a")]
    [InlineData(PurgeKind.Tag, "catalog")]
    [InlineData(PurgeKind.Prefix, "/a")]
    [InlineData(PurgeKind.Route, "all")]
    [InlineData(PurgeKind.All, "")]
    public async Task Purge_AtOneGateway_ReachesTheOther(PurgeKind kind, string value)
    {
        await FillBothAsync();

        await _one.Purge.PurgeAsync(new PurgeTarget(kind, value));

        await Eventually.TrueAsync(async () => (await _two.GetAsync("/a", Host)).Body == "answer 2");
        Assert.Equal("answer 2", (await _one.GetAsync("/a", Host)).Body);
    }

    [Fact]
    public async Task UnsafeMethod_AtOneGateway_InvalidatesAtTheOther()
    {
        await FillBothAsync();

        await _one.SendAsync("DELETE", "/a", Host);

        await Eventually.TrueAsync(async () => (await _two.GetAsync("/a", Host)).Body == "answer 3");
    }

    [Fact]
    public async Task Purge_ThatAGatewayMissed_IsReadWhenItStarts()
    {
        await FillBothAsync();
        await _one.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "catalog"));

        await using CacheHost three = await StartGatewayAsync();

        Assert.Equal("answer 2", (await three.GetAsync("/a", Host)).Body);
    }

    [Fact]
    public async Task RedisKilled_MemoryStillServesAndTheRestIsForwarded()
    {
        await FillBothAsync();
        await _redis.KillAsync();

        Answer known = await _one.GetAsync("/a", Host);
        Answer unknown = await _one.GetAsync("/b", Host);
        Answer stored = await _one.GetAsync("/b", Host);

        Assert.True(known.IsHit);
        Assert.Equal((200, "answer 2"), (unknown.Status, unknown.Body));
        Assert.True(stored.IsHit);
    }

    [Fact]
    public async Task RedisPaused_ARequestWaitsNoLongerThanTheDeadline()
    {
        await FillBothAsync();
        await using CacheHost hasty = await StartGatewayAsync(TimeSpan.FromMilliseconds(50));
        await Eventually.TrueAsync(async () => (await hasty.GetAsync("/a", Host)).IsHit);
        _redis.Pause();
        try
        {
            long began = Stopwatch.GetTimestamp();
            Answer unknown = await hasty.GetAsync("/cold", Host);
            TimeSpan took = Stopwatch.GetElapsedTime(began);

            Assert.Equal(200, unknown.Status);
            Assert.True((await hasty.GetAsync("/a", Host)).IsHit);
            Assert.True(took < TimeSpan.FromSeconds(2), $"{took}");
        }
        finally
        {
            _redis.Resume();
        }
    }

    [Fact]
    public async Task Purge_WhileRedisIsAway_HoldsHereAndIsToldLater()
    {
        await FillBothAsync();
        await _redis.KillAsync();
        await _one.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "catalog"));
        Assert.Equal("answer 2", (await _one.GetAsync("/a", Host)).Body);

        await _redis.StartAgainAsync();

        await Eventually.TrueAsync(async () => (await _two.GetAsync("/a", Host)).Body != "answer 1", TimeSpan.FromSeconds(30));
    }

    private async Task FillBothAsync()
    {
        await _one.GetAsync("/a", Host);
        await EntryIsInRedisAsync();
        Assert.Equal("answer 1", (await _two.GetAsync("/a", Host)).Body);
    }

    private async Task EntryIsInRedisAsync()
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData("http://shop.example/a"u8));
        IDatabase database = _one.Services.GetRequiredService<RedisConnections>().For(RedisConcern.Cache).Connection!.GetDatabase();
        await Eventually.TrueAsync(() => database.KeyExistsAsync($"gw:c:1:{hash}"));
    }

    private async Task<CacheHost> StartGatewayAsync(TimeSpan? deadline = null)
    {
        var options = new RedisOptions { Connection = _redis.Connection, Deadline = deadline ?? TimeSpan.FromSeconds(2) };
        var connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await connections.StartAsync();
        CacheHost gateway = await CacheHost.StartAsync(_policy, _destination.Address, services => services.AddSingleton(_ => connections).UseRedisResponseCache());
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<RedisPurgeBus>().IsCurrent);
        return gateway;
    }
}
