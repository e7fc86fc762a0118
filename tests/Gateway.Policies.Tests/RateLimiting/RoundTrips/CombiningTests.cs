using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>Requests that come while a call for the same limits is in flight are asked for together.</summary>
public sealed class CombiningTests
{
    private static readonly RoundTripOptions Alone = new() { DenialMemory = false, Leases = false };
    private readonly SparingGateways _gateways = new(Alone);
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Acquire_WhileACallIsInFlight_IsAskedForWithTheNextInOrder()
    {
        SparingPermitStore store = Holding();
        PermitRequest request = Ask.For(limit: 8, seconds: 60) with { Cost = 2 };
        Task<PermitDecision> first = store.AcquireAsync(request);
        Task<PermitDecision>[] others = [.. Enumerable.Range(0, 5).Select(_ => store.AcquireAsync(request))];
        Assert.Equal(1, _gateways.Spy.Calls);
        _answer.SetResult();

        Assert.Equal(6, (await first).Remaining);
        PermitDecision[] decisions = await Task.WhenAll(others);
        TimeSpan minute = TimeSpan.FromMinutes(1);
        Assert.Equal(
            [
                new(PermitOutcome.Admitted, 4, minute, TimeSpan.Zero),
                new(PermitOutcome.Admitted, 2, minute, TimeSpan.Zero),
                new(PermitOutcome.Admitted, 0, minute, TimeSpan.Zero),
                new(PermitOutcome.Denied, 0, minute, minute),
                new(PermitOutcome.Denied, 0, minute, minute),
            ],
            decisions);
        Assert.Equal([1, 5], _gateways.Spy.Copies);
        Assert.Equal((2, 4), (_gateways.Saved.Calls, _gateways.Saved.ByCombining));
    }

    [Fact]
    public async Task Acquire_SeveralLimits_AreCombinedAllOrNothing()
    {
        SparingPermitStore store = Holding();
        PermitRequest[] both = [Ask.For(limit: 10, seconds: 60, policy: "wide"), Ask.For(limit: 3, seconds: 60, policy: "narrow")];
        Task<PermitDecision[]>[] asked = [.. Enumerable.Range(0, 6).Select(_ => store.AcquireAllAsync(both))];
        _answer.SetResult();

        PermitDecision[][] decisions = await Task.WhenAll(asked);

        Assert.Equal(3, decisions.Count(each => each.All(decision => decision.Outcome is PermitOutcome.Admitted)));
        Assert.All(decisions.Skip(3), each => Assert.Equal((PermitOutcome.Admitted, 7, PermitOutcome.Denied, 0), (each[0].Outcome, each[0].Remaining, each[1].Outcome, each[1].Remaining)));
        Assert.Equal([1, 5], _gateways.Spy.Copies);
    }

    [Fact]
    public async Task Acquire_OfAnotherPartition_IsNotDelayed()
    {
        SparingPermitStore store = Holding();
        PermitRequest request = Ask.For(limit: 8, seconds: 60);
        Task<PermitDecision> held = store.AcquireAsync(request);
        _gateways.Spy.Going = () => Task.CompletedTask;

        Assert.Equal(7, (await store.AcquireAsync(request with { Partition = 77 })).Remaining);
        Assert.Equal(6, (await store.AcquireAsync(request with { Partition = 77 })).Remaining);
        Assert.False(held.IsCompleted);
        _answer.SetResult();
        Assert.Equal(7, (await held).Remaining);
    }

    [Fact]
    public async Task Acquire_WaiterWhoseTimeIsOver_GoesWithoutAnswerAndIsNotAskedFor()
    {
        SparingPermitStore store = Holding(TimeProvider.System);
        PermitRequest request = Ask.For(limit: 8, seconds: 60);
        Task<PermitDecision> first = store.AcquireAsync(request);
        Task<bool> impatient = store.AcquireAsync(new[] { request }, new PermitDecision[1], new WaitBudget { Limit = TimeSpan.FromMilliseconds(50) }).AsTask();
        Task<PermitDecision> patient = store.AcquireAsync(request);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient);
        _answer.SetResult();

        Assert.Equal([7, 6], (await Task.WhenAll(first, patient)).Select(decision => decision.Remaining));
        Assert.Equal([1, 1], _gateways.Spy.Copies);
    }

    [Fact]
    public async Task Acquire_StoreGoesAwayForOneCall_FailsThoseItWasForAndGoesOn()
    {
        SparingPermitStore store = Holding();
        PermitRequest request = Ask.For(limit: 8, seconds: 60);
        Task<PermitDecision>[] asked = [.. Enumerable.Range(0, 4).Select(_ => store.AcquireAsync(request))];
        _answer.SetException(new StoreUnavailableException("away"));

        foreach (Task<PermitDecision> each in asked)
        {
            Assert.Equal("away", (await Assert.ThrowsAsync<StoreUnavailableException>(() => each)).Message);
        }

        _gateways.Spy.Going = () => Task.CompletedTask;
        Assert.Equal(7, (await store.AcquireAsync(request)).Remaining);
    }

    [Fact]
    public async Task Acquire_MoreThanMayWait_AreAllAnswered()
    {
        SparingPermitStore store = Holding();
        PermitRequest request = Ask.For(limit: 1500, seconds: 60);
        Task<PermitDecision>[] asked = [.. Enumerable.Range(0, 2000).Select(_ => store.AcquireAsync(request))];
        _answer.SetResult();

        PermitDecision[] decisions = await Task.WhenAll(asked);

        Assert.Equal(1500, decisions.Count(decision => decision.Outcome is PermitOutcome.Admitted));
        Assert.All(_gateways.Spy.Copies, copies => Assert.InRange(copies, 1, 256));
    }

    [Fact]
    public async Task Acquire_OfManyPartitionsFromManyThreads_AdmitsEachItsLimit()
    {
        SparingPermitStore store = _gateways.Start();
        _gateways.Spy.Going = async () => await Task.Yield();
        PermitRequest request = Ask.For(limit: 20, seconds: 60);

        PermitDecision[] decisions = await Task.WhenAll(Enumerable.Range(0, 4000).Select(i =>
            Task.Run(() => store.AcquireAsync(request with { Partition = (UInt128)(i % 100) }))));

        Assert.Equal(2000, decisions.Count(decision => decision.Outcome is PermitOutcome.Admitted));
        await Eventually.TrueAsync(() => _gateways.Saved.Calls + _gateways.Saved.ByCombining == 4000);
    }

    /// <summary>A gateway whose calls reach the store once the test says so.</summary>
    private SparingPermitStore Holding(TimeProvider? time = null)
    {
        _gateways.Spy.Going = () => _answer.Task;
        return _gateways.Start(time);
    }
}
