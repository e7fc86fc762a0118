using System.Diagnostics;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fleet;

/// <summary>One fetch over two gateways with one Redis.</summary>
public sealed class FleetFetchTests
{
    private const string Host = "Host: shop.example";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CachePolicy _patient = new() { FetchWait = TimeSpan.FromMinutes(1) };
    private int _inside;

    [Fact]
    public async Task Herd_OverTwoGateways_IsOneFetch()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, WaitAndAnswerAsync);

        using var followers = new Followers(fleet.One, fleet.Two);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? fleet.One : fleet.Two).GetAsync("/cold", Host))];
        await followers.UntilAsync(48);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 1, Patience);
        _gate.SetResult();
        Answer[] answers = await Task.WhenAll(herd);

        Assert.All(answers, answer => Assert.Equal((200, "answer"), (answer.Status, answer.Body)));
        Assert.Single(fleet.Destination.Requests);
        Assert.Contains(answers, answer => answer.CacheStatus.Contains("; collapsed; detail=fleet", StringComparison.Ordinal));
    }

    /// <summary>Who looked before a response was stored, and is to fetch after it, finds it then.</summary>
    [Fact]
    public async Task Stored_BetweenTheLookAndTheFetch_IsNotFetchedAgain()
    {
        _gate.SetResult();
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, WaitAndAnswerAsync);
        await fleet.One.GetAsync("/a", Host);
        CacheEntry stored = Assert.Single(fleet.One.Services.GetRequiredService<TieredCache>().VariantsOf("http://shop.example/a"));
        await Eventually.TrueAsync(async () =>
            (await RedisCalls.KeysAsync(fleet.Redis, "gw:c:1:*")).Length == 1 && await RedisCalls.LeasesAsync(fleet.Redis) == 0, Patience);
        await fleet.Redis.AskAsync($"DEL {string.Join(' ', await RedisCalls.KeysAsync(fleet.Redis, "gw:c:[1l]:*"))}");
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var relay = new TcpRelay(fleet.Redis.Port);
        await using CacheHost late = await CacheFleet.StartGatewayAsync(
            _patient, fleet.Destination, relay.Connection, _ => began.TrySetResult(), deadline: TimeSpan.FromMinutes(1));

        relay.Become(RelayMode.Hold);
        Task<Answer> looking = late.GetAsync("/a", Host);
        await began.Task;
        await Task.Delay(200);
        TieredCache cache = late.Services.GetRequiredService<TieredCache>();
        cache.Keep(stored, cache.Generation);
        relay.Become(RelayMode.Pass);

        Assert.EndsWith("; stored; collapsed", (await looking).CacheStatus, StringComparison.Ordinal);
        Assert.Single(fleet.Destination.Requests);
    }

    /// <summary>A cold URL whose destination takes its time, and a hundred clients at two gateways.</summary>
    [Fact]
    public async Task Herd_OfAHundredOnASlowColdUrl_IsOneFetch()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, async context =>
        {
            await Task.Delay(800);
            context.Response.Headers.CacheControl = "max-age=600";
            await context.Response.WriteAsync("answer");
        });

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? fleet.One : fleet.Two).GetAsync("/cold", Host)));

        Assert.All(answers, answer => Assert.Equal((200, "answer"), (answer.Status, answer.Body)));
        Assert.Single(fleet.Destination.Requests);
    }

    [Fact]
    public async Task Gateways_OneAfterTheOther_FetchOnce()
    {
        _gate.SetResult();
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, WaitAndAnswerAsync);

        for (int i = 0; i < 20; i++)
        {
            await fleet.One.GetAsync($"/{i}", Host);
            Assert.Equal("answer", (await fleet.Two.GetAsync($"/{i}", Host)).Body);
        }

        Assert.Equal(20, fleet.Destination.Requests.Count);
    }

    [Fact]
    public async Task Stale_OnTwoGateways_IsValidatedOnce()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient with { Tags = ["catalog"] }, async context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            context.Response.Headers.CacheControl = "max-age=600";
            if (context.Request.Headers.IfNoneMatch.Count > 0)
            {
                Interlocked.Increment(ref _inside);
                await _gate.Task;
                context.Response.StatusCode = 304;
                return;
            }

            await context.Response.WriteAsync("answer");
        });
        await Eventually.TrueAsync(async () => (await fleet.One.GetAsync("/a", Host)).IsHit && (await fleet.Two.GetAsync("/a", Host)).IsHit, Patience);
        await fleet.One.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "catalog", Soft: true));
        await Eventually.TrueAsync(() => fleet.Two.Services.GetRequiredService<PurgeEpochs>().Count > 0, Patience);

        Task<Answer> one = fleet.One.GetAsync("/a", Host);
        Task<Answer> two = fleet.Two.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) > 0, Patience);
        await Task.Delay(300);
        _gate.SetResult();

        Assert.Equal(["answer", "answer"], [(await one).Body, (await two).Body]);
        Assert.Equal(1, _inside);
    }

    [Fact]
    public async Task Uncacheable_FoundByOneGateway_IsNeverWaitedForAtTheOther()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, context => WaitAndAnswerAsync(context, "no-store"));
        Task<Answer> first = fleet.One.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 1, Patience);
        Task<Answer> waiting = fleet.Two.GetAsync("/a", Host);
        _gate.SetResult();
        await Task.WhenAll(first, waiting);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _current = second;
        _inside = 0;

        // All of them are inside at the destination at the same time: nobody waits for anybody.
        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => fleet.Two.GetAsync("/a", Host))];
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 20, Patience);
        second.SetResult();

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal("answer", answer.Body));
    }

    [Fact]
    public async Task Uncacheable_WhereTheOtherGatewayHasHeardNothing_ItsFirstHerdIsNotSerialised()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, context => WaitAndAnswerAsync(context, "no-store"));
        Task<Answer> first = fleet.One.GetAsync("/a", Host);
        _gate.SetResult();
        await first;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _current = second;
        _inside = 0;

        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => fleet.Two.GetAsync("/a", Host))];
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 20, Patience);
        second.SetResult();

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal("answer", answer.Body));
    }

    [Fact]
    public async Task Uncacheable_ThatBecomesCacheable_IsStoredAtBothAgain()
    {
        _gate.SetResult();
        string control = "no-store";
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, context => WaitAndAnswerAsync(context, Volatile.Read(ref control)));
        await fleet.One.GetAsync("/a", Host);
        await fleet.Two.GetAsync("/a", Host);
        Volatile.Write(ref control, "max-age=600");

        await Eventually.TrueAsync(async () => (await fleet.One.GetAsync("/a", Host)).IsHit, Patience);
        await Eventually.TrueAsync(async () => (await fleet.Two.GetAsync("/a", Host)).IsHit, Patience);
    }

    [Fact]
    public async Task Holder_ThatDies_HoldsNobodyUpForLong()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, WaitAndAnswerAsync);
        string key = "http://shop.example/a\n" + VaryKey.WithKeyed(VaryKey.Plain("all", ""), new HeaderDictionary());
        IFetchLeases leases = fleet.One.Services.GetRequiredService<IFetchLeases>();
        Assert.Equal(LeaseState.Taken, await leases.TakeAsync(key, "a gateway that dies", LeaseState.Held, new WaitBudget()));
        _gate.SetResult();

        // It neither gives the lease back nor makes it last.
        long began = Stopwatch.GetTimestamp();
        Answer answer = await fleet.Two.GetAsync("/a", Host);

        Assert.Equal("answer", answer.Body);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Waiter_PastFetchWait_FetchesAnyway()
    {
        var hasty = new CachePolicy { FetchWait = TimeSpan.FromMilliseconds(200) };
        await using CacheFleet fleet = await CacheFleet.StartAsync(hasty, WaitAndAnswerAsync);
        Task<Answer> holder = fleet.One.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 1, Patience);

        Task<Answer> waiter = fleet.Two.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 2, Patience);
        _gate.SetResult();

        Assert.Equal(["answer", "answer"], [(await holder).Body, (await waiter).Body]);
    }

    [Fact]
    public async Task WakeUp_ThatIsLost_IsMadeUpForByLooking()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, WaitAndAnswerAsync);
        Task<Answer> holder = fleet.One.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 1, Patience);
        Task<Answer> waiter = fleet.Two.GetAsync("/a", Host);
        await fleet.Redis.SendAsync("CLIENT KILL TYPE pubsub");
        _gate.SetResult();

        Assert.Equal(["answer", "answer"], [(await holder).Body, (await waiter).Body]);
        Assert.Single(fleet.Destination.Requests);
    }

    [Fact]
    public async Task RedisAway_BothFetchAtOnce()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(_patient, WaitAndAnswerAsync);
        await fleet.Redis.KillAsync();

        Task<Answer> one = fleet.One.GetAsync("/a", Host);
        Task<Answer> two = fleet.Two.GetAsync("/a", Host);
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 2, Patience);
        _gate.SetResult();

        Assert.Equal(["answer", "answer"], [(await one).Body, (await two).Body]);
    }

    private TaskCompletionSource? _current;

    private Task WaitAndAnswerAsync(HttpContext context) => WaitAndAnswerAsync(context, "max-age=600");

    private async Task WaitAndAnswerAsync(HttpContext context, string control)
    {
        Task open = (_current ?? _gate).Task;
        Interlocked.Increment(ref _inside);
        await open;
        context.Response.Headers.CacheControl = control;
        await context.Response.WriteAsync("answer");
    }
}
