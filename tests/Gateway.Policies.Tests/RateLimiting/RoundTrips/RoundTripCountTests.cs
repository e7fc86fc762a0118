using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>How many calls a real Redis gets.</summary>
public sealed class RoundTripCountTests(RedisFixture fixture, ITestOutputHelper output) : IClassFixture<RedisFixture>
{
    private readonly SparingGateways _gateways = new(store: fixture.Redis.OnServerTime);

    [Fact]
    public async Task Acquire_HotPartitionFrom64Connections_TakesATenthOfACallEach()
    {
        SparingPermitStore store = _gateways.Start(TimeProvider.System);
        PermitRequest request = Ask.For(limit: 100_000, seconds: 3600, partition: 4000);

        int[] admitted = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => store.AdmittedOfAsync(500, request))));

        Assert.Equal(32_000, admitted.Sum());
        output.WriteLine($"{_gateways.Saved.Calls} calls for {admitted.Sum()} admitted");
        Assert.InRange(_gateways.Saved.Calls, 1, 3200);
        Assert.Equal(32_000, _gateways.Saved.Calls + _gateways.Saved.ByCombining + _gateways.Saved.ByLease);
        await Eventually.TrueAsync(async () => (await fixture.Redis.OnServerTime.PeekAsync(request)).Remaining == 68_000);
    }

    [Fact]
    public async Task Acquire_FloodOnADeniedPartitionFrom64Connections_TakesNoCall()
    {
        SparingPermitStore store = _gateways.Start(TimeProvider.System);
        PermitRequest request = Ask.For(limit: 10, seconds: 3600, partition: 4001);
        await store.AdmittedOfAsync(11, request);
        long calls = _gateways.Saved.Calls;

        int[] admitted = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => store.AdmittedOfAsync(500, request))));

        Assert.Equal(0, admitted.Sum());
        // One every five seconds, should the machine be so slow.
        Assert.InRange(_gateways.Saved.Calls - calls, 0, 5);
    }

    [Fact]
    public async Task Acquire_ManyThreadsOfManyGateways_AdmitExactlyTheLimit()
    {
        PermitRequest request = Ask.For(limit: 100, seconds: 3600, partition: 4002);
        var gateways = new SparingGateways(count: 3, store: fixture.Redis.OnServerTime);
        SparingPermitStore[] stores = [.. Enumerable.Range(0, 3).Select(_ => gateways.Start(TimeProvider.System))];

        int[] admitted = await Task.WhenAll(Enumerable.Range(0, 96).Select(i => Task.Run(() => stores[i % 3].AdmittedOfAsync(20, request))));

        Assert.Equal(100, admitted.Sum());
    }

    [Fact]
    public async Task Reset_AtOneGateway_IsHeardByTheOthers()
    {
        await using var hears = new RedisPartitionNews(fixture.Redis.Link);
        await using var tells = new RedisPartitionNews(fixture.Redis.Link);
        SparingPermitStore one = Start(hears);
        SparingPermitStore two = Start(tells);
        await Eventually.TrueAsync(() => hears.IsHeard && tells.IsHeard);
        PermitRequest request = Ask.For(limit: 1, seconds: 3600, partition: 4003);
        await one.AdmittedOfAsync(2, request);

        Assert.True(await two.ResetAsync(request.Policy, request.Partition, new WaitBudget()));
        // Sooner than a denial is forgotten by itself.
        await Eventually.TrueAsync(async () => (await one.AcquireAsync(request)).Outcome is PermitOutcome.Admitted, TimeSpan.FromSeconds(4));
    }

    private SparingPermitStore Start(IPartitionNews news) => _gateways.Start(TimeProvider.System, news);
}
