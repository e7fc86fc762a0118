using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.InMemory;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>Limits that need not be exact: admitted first, told afterwards, within the bound.</summary>
public sealed class ApproximateTests
{
    [Theory]
    [InlineData(1, 11)]
    [InlineData(2, 22)]
    [InlineData(3, 33)]
    public async Task Acquire_ByGatewaysUnderAFlood_StaysWithinTheBoundInAnyWindow(int count, int seed)
    {
        var gateways = new SparingGateways(count: count);
        SparingPermitStore[] stores = [.. Enumerable.Range(0, count).Select(_ => gateways.Start())];
        PermitRequest request = Ask.For(limit: 300, seconds: 1) with { Approximate = true };
        var random = new Random(seed);
        var admitted = new List<long>();
        for (int i = 0; i < 30_000; i++)
        {
            gateways.Time.Advance(TimeSpan.FromMicroseconds(random.Next(100) == 0 ? random.Next(20_000) : random.Next(150)));
            if (await AdmitsAsync(stores[random.Next(count)], request))
            {
                admitted.Add(gateways.Time.GetTimestamp());
            }
        }

        int bound = 300 + (count * ApproximateCounts.Most(request, count));
        int densest = 0;
        for (int first = 0, last = 0; last < admitted.Count; last++)
        {
            while (admitted[last] - admitted[first] >= request.Window.Ticks)
            {
                first++;
            }

            densest = Math.Max(densest, last - first + 1);
        }

        Assert.InRange(densest, 250, bound);
        Assert.True(gateways.Saved.Calls < 15_000);
    }

    [Fact]
    public async Task Acquire_StoreDoesNotAnswer_OwesSoManyAndThenWaitsForIt()
    {
        var gateways = new SparingGateways();
        SparingPermitStore store = gateways.Start();
        PermitRequest request = Ask.For(limit: 100, seconds: 60) with { Approximate = true };
        gateways.Spy.Going = () => throw new StoreUnavailableException("away");

        for (int i = 0; i < 10; i++)
        {
            Assert.True(await AdmitsAsync(store, request));
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AdmitsAsync(store, request));
        gateways.Spy.Going = () => Task.CompletedTask;
        Assert.True(await AdmitsAsync(store, request));
        Assert.Equal(99, (await gateways.Spy.PeekAsync(request)).Remaining);
    }

    [Fact]
    public async Task Acquire_Seldom_IsToldSoon()
    {
        var gateways = new SparingGateways(store: new InMemoryPermitStore(new InMemoryPermitOptions(), TimeProvider.System));
        SparingPermitStore store = gateways.Start(TimeProvider.System);
        PermitRequest request = Ask.For(limit: 100, seconds: 600) with { Approximate = true };
        Assert.True(await AdmitsAsync(store, request));
        Assert.Equal(0, gateways.Spy.Calls);

        await Eventually.TrueAsync(async () => (await gateways.Spy.PeekAsync(request)).Remaining == 99);
    }

    [Fact]
    public async Task Acquire_WithAnotherLimitBesideIt_IsExact()
    {
        var gateways = new SparingGateways();
        SparingPermitStore store = gateways.Start();
        await store.AcquireAllAsync(Ask.For(limit: 100, seconds: 60) with { Approximate = true }, Ask.For(limit: 100, seconds: 60, policy: "q"));

        Assert.Equal(1, gateways.Spy.Calls);
    }

    private static async Task<bool> AdmitsAsync(SparingPermitStore store, PermitRequest request) =>
        await store.AcquireAsync(new[] { request }, new PermitDecision[1], new WaitBudget());
}
