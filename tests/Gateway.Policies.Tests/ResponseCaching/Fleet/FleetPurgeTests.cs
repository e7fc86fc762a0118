using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fleet;

/// <summary>Purges over two gateways with one Redis that is disturbed. Every answer of the destination has the next number.</summary>
public sealed class FleetPurgeTests
{
    private const string Host = "Host: shop.example";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CachePolicy Policy = new() { Tags = ["catalog"] };
    private TaskCompletionSource? _gate;
    private int _version;
    private int _inside;

    public static TheoryData<PurgeKind, string> Targets => new()
    {
        { PurgeKind.Url, "http://shop.example/a" },
        { PurgeKind.Tag, "catalog" },
        { PurgeKind.Prefix, "/a" },
        { PurgeKind.Prefix, "http://shop.example/" },
        { PurgeKind.Route, "all" },
        { PurgeKind.All, "" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Fill_UnderWayDuringAPurge_DoesNotUndoIt(PurgeKind kind, string value)
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Answer> underWay = fleet.Two.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 1, Patience);

        await fleet.One.Purge.PurgeAsync(new PurgeTarget(kind, value));
        _gate.SetResult();

        Assert.Equal(1, NumberOf(await underWay));
        await Eventually.TrueAsync(async () => NumberOf(await fleet.Two.GetAsync("/a", Host)) > 1, Patience);
        Assert.True(NumberOf(await fleet.One.GetAsync("/a", Host)) > 1);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Purge_WhileSubscriptionsAreKilled_IsNotLost(PurgeKind kind, string value)
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        for (int round = 0; round < 5; round++)
        {
            int before = await FillBothAsync(fleet);

            Task killing = fleet.Redis.SendAsync("CLIENT KILL TYPE pubsub");
            await fleet.One.Purge.PurgeAsync(new PurgeTarget(kind, value));
            await killing;

            await Eventually.TrueAsync(async () => NumberOf(await fleet.Two.GetAsync("/a", Host)) > before, Patience);
            Assert.True(NumberOf(await fleet.One.GetAsync("/a", Host)) > before);
        }
    }

    [Theory]
    [InlineData("CLIENT KILL TYPE pubsub")]
    [InlineData("CLIENT KILL TYPE normal")]
    public async Task ConnectionsKilledAgainAndAgain_NothingOlderThanAPurgeIsServedOnceItWasSeen(string kill)
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        using var stop = new CancellationTokenSource();
        Task killing = KillAsync(fleet.Redis, kill, stop.Token);
        int newest = 0;
        for (int round = 0; round < 15; round++)
        {
            int before = Volatile.Read(ref _version);
            await fleet.One.Purge.PurgeAsync(new PurgeTarget(round % 2 == 0 ? PurgeKind.Tag : PurgeKind.Url, round % 2 == 0 ? "catalog" : "http://shop.example/a"));
            Assert.True(NumberOf(await fleet.One.GetAsync("/a", Host)) > before, "the gateway that purged serves what it purged");
            await Eventually.TrueAsync(async () => NumberOf(await fleet.Two.GetAsync("/a", Host)) > before, Patience);
            int seen = NumberOf(await fleet.Two.GetAsync("/a", Host));
            Assert.True(seen > before && seen >= newest);
            newest = seen;
        }

        await stop.CancelAsync();
        await killing;
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task SoftPurge_AtOneGateway_MakesTheOtherAskTheDestination(PurgeKind kind, string value)
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        int before = await FillBothAsync(fleet);

        await fleet.One.Purge.PurgeAsync(new PurgeTarget(kind, value, Soft: true));

        await Eventually.TrueAsync(async () => (await fleet.Two.GetAsync("/a", Host)) is { IsHit: false } || _version > before, Patience);
    }

    [Fact]
    public async Task Purges_ThatRedisHasLost_AreReadAsAPurgeOfEverything()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        await FillBothAsync(fleet);
        await fleet.Redis.SendAsync("DEL gw:c:purges");

        await using CacheHost three = await CacheFleet.StartGatewayAsync(Policy, fleet.Destination, fleet.Redis);

        Assert.True(NumberOf(await three.GetAsync("/a", Host)) > 1);
    }

    [Fact]
    public async Task Purges_PastTheCap_TheOlderHalfBecomesOnePurgeOfEverythingAsOld()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        await fleet.Redis.SendAsync("EVAL \"for i=1,10000 do redis.call('HSET','gw:c:purges','h|Tag:t'..i,i) end\" 0");

        await fleet.One.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "one more"));

        Assert.Equal(":1", await fleet.Redis.SendAsync("HEXISTS gw:c:purges h|Tag:t9000"));
        Assert.Equal(":0", await fleet.Redis.SendAsync("HEXISTS gw:c:purges h|Tag:t1000"));
        await using CacheHost three = await CacheFleet.StartGatewayAsync(Policy, fleet.Destination, fleet.Redis);
        Assert.InRange(three.Services.GetRequiredService<PurgeEpochs>().Floor, 4_900, long.MaxValue);
    }

    [Fact]
    public async Task RedisRestartedEmpty_PurgesHoldAndReachTheOther()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        int before = await FillBothAsync(fleet);
        await fleet.Redis.KillAsync();
        await fleet.Redis.StartAgainAsync();

        await fleet.One.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "catalog"));

        await Eventually.TrueAsync(async () => NumberOf(await fleet.Two.GetAsync("/a", Host)) > before, Patience);
        Assert.True(NumberOf(await fleet.One.GetAsync("/a", Host)) > before);
    }

    [Fact]
    public async Task RedisFlushed_PurgesHoldAndReachTheOther()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        int before = await FillBothAsync(fleet);
        await fleet.Redis.SendAsync("FLUSHALL");

        await fleet.One.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "catalog"));

        await Eventually.TrueAsync(async () => NumberOf(await fleet.Two.GetAsync("/a", Host)) > before, Patience);
        Assert.True(NumberOf(await fleet.One.GetAsync("/a", Host)) > before);
    }

    [Fact]
    public async Task Invalidation_ThatAGatewayDidNotHear_IsSeenOnceTheSubscriptionIsBack()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);
        int before = await FillBothAsync(fleet);

        await fleet.Redis.SendAsync("CLIENT KILL TYPE pubsub");
        await fleet.One.SendAsync("DELETE", "/a", Host);

        await Eventually.TrueAsync(async () => NumberOf(await fleet.Two.GetAsync("/a", Host)) > before, Patience);
    }

    [Fact]
    public async Task Purges_AreHeardAndTheirLagMeasured()
    {
        var lags = new ConcurrentQueue<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "gateway.cache.purge_lag")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => lags.Enqueue(value));
        listener.Start();
        await using CacheFleet fleet = await CacheFleet.StartAsync(Policy, AnswerAsync);

        for (int i = 0; i < 100; i++)
        {
            await fleet.One.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, $"tag-{i}"));
        }

        await Eventually.TrueAsync(() => lags.Count >= 200, Patience);
        double[] sorted = [.. lags.Order()];
        TestContext.Current.TestOutputHelper?.WriteLine($"purge lag ms: p50 {sorted[sorted.Length / 2] * 1000:0.00}, p99 {sorted[sorted.Length * 99 / 100] * 1000:0.00}, worst {sorted[^1] * 1000:0.00}");
        Assert.True(sorted[sorted.Length / 2] < 1, $"{sorted[sorted.Length / 2]} s");
    }

    private static int NumberOf(Answer answer)
    {
        Assert.Equal(200, answer.Status);
        return int.Parse(answer.Body, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<int> FillBothAsync(CacheFleet fleet)
    {
        await Eventually.TrueAsync(async () => (await fleet.One.GetAsync("/a", Host)).IsHit && (await fleet.Two.GetAsync("/a", Host)).IsHit, Patience);
        return Volatile.Read(ref _version);
    }

    private static async Task KillAsync(RedisServer redis, string kill, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await redis.SendAsync(kill);
            await Task.Delay(150, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _inside);
        int version = Interlocked.Increment(ref _version);
        if (_gate is { } gate)
        {
            await gate.Task;
        }

        context.Response.Headers.CacheControl = "max-age=600";
        await context.Response.WriteAsync($"{version}");
    }
}
