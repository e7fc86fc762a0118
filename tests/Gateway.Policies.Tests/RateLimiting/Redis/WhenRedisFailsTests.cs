using System.Diagnostics;
using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

/// <summary>Limits over real sockets while a real Redis comes and goes.</summary>
public sealed class WhenRedisFailsTests : IAsyncLifetime
{
    private RedisServer _server = null!;
    private RedisConnections _connections = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connections = await ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Limit_SharedByTwoGateways_IsCountedOnce()
    {
        await using RedisConnections first = await ConnectAsync(deadlineMilliseconds: 10_000);
        await using RedisConnections second = await ConnectAsync(deadlineMilliseconds: 10_000);
        RateLimitPolicy policy = Routes.Limit("per-client", 100, 60);
        await using LimitedApp one = await StartAsync(first, policy);
        await using LimitedApp two = await StartAsync(second, policy);
        await WarmAsync(one);
        await WarmAsync(two);

        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(async i =>
        {
            using HttpResponseMessage response = await (i % 2 == 0 ? one : two).GetAsync();
            return response.StatusCode;
        }));

        Assert.Equal(100, answers.Count(status => status is HttpStatusCode.OK));
        Assert.Equal(300, answers.Count(status => status is HttpStatusCode.TooManyRequests));
    }

    [Theory]
    [InlineData(RateLimitOutage.Open)]
    [InlineData(RateLimitOutage.Local)]
    [InlineData(RateLimitOutage.Closed)]
    public async Task Limit_RedisKilled_DoesWhatThePolicySays(RateLimitOutage outage)
    {
        await using LimitedApp app = await StartAsync(_connections, Routes.Limit("per-client", 3, 60) with { WhenRedisFails = outage });
        await WarmAsync(app);
        Assert.Equal("2", (await app.GetAsync()).Field("X-RateLimit-Remaining"));
        await _server.KillAsync();

        var answers = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage response = await app.GetAsync();
            answers.Add($"{(int)response.StatusCode} {response.Field("X-RateLimit-Limit")}/{response.Field("X-RateLimit-Remaining")} {response.Field("Retry-After") is not null}");
            Assert.Equal(outage is RateLimitOutage.Local, response.Field("RateLimit") is not null);
            Assert.Equal("\"per-client\";q=3;w=60", response.Field("RateLimit-Policy"));
        }

        // The permit that Redis granted is known to this gateway too.
        string[] expected = outage switch
        {
            RateLimitOutage.Open => ["200 3/ False", "200 3/ False", "200 3/ False", "200 3/ False"],
            RateLimitOutage.Closed => ["503 3/ True", "503 3/ True", "503 3/ True", "503 3/ True"],
            _ => ["200 3/1 False", "200 3/0 False", "429 3/0 True", "429 3/0 True"],
        };
        Assert.Equal(expected, answers);
        await _server.StartAgainAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await app.GetAsync();
                return app.LastRequest!.RateLimitOutcome is "admitted" or "rejected";
            },
            TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Limit_RedisPaused_WaitsNoLongerThanTheDeadline()
    {
        await using LimitedApp app = await StartAsync(_connections, Routes.Limit("per-client", 1000, 60));
        await WarmAsync(app);
        _server.Pause();
        try
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < 20; i++)
            {
                using HttpResponseMessage response = await app.GetAsync();
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.True(app.LastRequest!.RedisWait.Spent < TimeSpan.FromSeconds(1), $"waited {app.LastRequest.RedisWait.Spent}");
            }

            // Five calls of 50 ms open the circuit; the rest do not wait.
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
            Assert.Equal("admitted_local", app.LastRequest!.RateLimitOutcome);
            Assert.Equal(TimeSpan.Zero, app.LastRequest.RedisWait.Spent);
        }
        finally
        {
            _server.Resume();
        }
    }

    [Fact]
    public async Task Limit_RedisAwayFromTheStart_IsCountedHere()
    {
        await _server.KillAsync();
        await using RedisConnections connections = await ConnectAsync();
        await using LimitedApp app = await StartAsync(connections, Routes.Limit("per-client", 2, 60));

        Assert.Equal("1", (await app.GetAsync()).Field("X-RateLimit-Remaining"));
        Assert.Equal("0", (await app.GetAsync()).Field("X-RateLimit-Remaining"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await app.GetAsync()).StatusCode);
    }

    private static Task<LimitedApp> StartAsync(RedisConnections connections, RateLimitPolicy policy) =>
        LimitedApp.StartAsync(Routes.With(policy), redis: connections.For(RedisConcern.RateLimits));

    /// <summary>The first calls load the script and compile code: they may miss a deadline that is meant for running systems.</summary>
    private static Task WarmAsync(LimitedApp app) => Eventually.TrueAsync(async () =>
    {
        try
        {
            await app.Services.GetRequiredService<IPermitStore>().AcquireAsync(Ask.For(1, 1));
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    });

    private async Task<RedisConnections> ConnectAsync(int deadlineMilliseconds = 50)
    {
        var options = new RedisOptions { Connection = _server.Connection + ",connectTimeout=500", Deadline = TimeSpan.FromMilliseconds(deadlineMilliseconds) };
        var connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await connections.StartAsync();
        return connections;
    }
}
