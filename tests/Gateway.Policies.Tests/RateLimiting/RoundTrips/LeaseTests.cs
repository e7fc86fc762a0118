using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>Permits taken ahead of the requests that use them, where many are needed at once.</summary>
public sealed class LeaseTests
{
    private static readonly RoundTripOptions Alone = new() { DenialMemory = false, Combining = false };
    private readonly SparingGateways _gateways = new(Alone);

    [Fact]
    public async Task Acquire_HotPartition_IsAdmittedWithFewCallsAndHonestNumbers()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 10_000, seconds: 60);
        for (int i = 1; i <= 5000; i++)
        {
            Assert.Equal((PermitOutcome.Admitted, 10_000 - i), Short(await store.AcquireAsync(request)));
            _gateways.Time.Advance(TimeSpan.FromMicroseconds(500));
        }

        Assert.InRange(_gateways.Spy.Calls, 1, 250);
        Assert.Equal(5000, _gateways.Saved.Calls + _gateways.Saved.ByLease);
        Assert.Equal(5000, (await store.PeekAsync(request)).Remaining);
    }

    [Theory]
    [InlineData(127, 60, 0.5)]
    [InlineData(10_000, 0.09, 0.5)]
    [InlineData(10_000, 60, 4000)]
    [InlineData(10_000, 1, 60)]
    public async Task Acquire_SmallLimitShortWindowOrSeldom_HoldsNothing(long limit, double window, double milliseconds)
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit, window);
        for (int i = 0; i < 1000; i++)
        {
            await store.AcquireAsync(request);
            _gateways.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.Equal(1000, _gateways.Spy.Calls);
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.SlidingWindow, true)]
    [InlineData(RateLimitAlgorithm.TokenBucket, false)]
    [InlineData(RateLimitAlgorithm.FixedWindow, false)]
    public void Hold_WherePermitsBelongToTheirMomentOrComeBack_IsZero(RateLimitAlgorithm algorithm, bool refundable) =>
        Assert.Equal(TimeSpan.Zero, LeaseTerms.LongestHold([Ask.For(1000, 60), Ask.For(1000, 60) with { Algorithm = algorithm, MayBeRefunded = refundable }]));

    [Theory]
    [InlineData(600, 3000)]
    [InlineData(60, 3000)]
    [InlineData(10, 500)]
    [InlineData(1, 50)]
    [InlineData(0.1, 5)]
    [InlineData(0.09, 0)]
    public void Hold_OfAWindow_IsATwentiethAtMost(double seconds, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), LeaseTerms.LongestHold([Ask.For(1000, 60 * 60), Ask.For(1000, seconds)]));

    [Theory]
    [InlineData(10_000, 0, 1, 1000, 1064)]
    [InlineData(100_000, 0, 1, 5000, 2048)]
    [InlineData(800, 0, 1, 1000, 100)]
    [InlineData(800, 0, 3, 1000, 33)]
    [InlineData(800, 80, 1, 1000, 20)]
    [InlineData(800, 0, 1, 30, 41)]
    [InlineData(800, 0, 1, 2, 5)]
    [InlineData(800, 0, 1, 1, 3)]
    [InlineData(800, 0, 1, 0, 0)]
    [InlineData(127, 0, 1, 2, 0)]
    [InlineData(800, 0, 7, 1000, 0)]
    [InlineData(0, 0, 1, 1000, 0)]
    public void Size_OfALease_IsAnEighthOfThisGatewaysShareAndLittleMoreThanExpected(long remaining, long held, int gateways, int expected, int size) =>
        Assert.Equal(size, LeaseTerms.Size(expected, LeaseTerms.Allowance(Ask.For(10_000, 60), remaining, held, gateways, TimeSpan.FromMilliseconds(250))));

    [Theory]
    [InlineData(499, 250, 62)]
    [InlineData(499, 251, 0)]
    [InlineData(500, 3000, 62)]
    public void Allowance_OfLessThanHalfTheLimit_IsForAMoment(long remaining, double hold, long allowance) =>
        Assert.Equal(allowance, LeaseTerms.Allowance(Ask.For(1000, 60), remaining, held: 0, gateways: 1, TimeSpan.FromMilliseconds(hold)));

    [Theory]
    [InlineData(0.5, 0.4, 0.5)]
    [InlineData(2, 0.12, 0.2)]
    [InlineData(10, 0.04, 0.08)]
    [InlineData(100, 0.04, 0.08)]
    public async Task Acquire_SteadyClient_AsksOftenEnoughForFewPermits(double rate, double fewest, double most)
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 20_000, seconds: 60);
        var random = new Random(7);
        for (int i = 1; i <= 3000; i++)
        {
            Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request)).Outcome);
            _gateways.Time.Advance(TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{_gateways.Saved.Calls / 3000.0}");
        Assert.InRange(_gateways.Saved.Calls / 3000.0, fewest, most);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 1)]
    public async Task Acquire_OnceMoreWithinTwoSlices_TakesAFewForTheNext(double pause, int copies)
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1000, seconds: 60);
        await store.AcquireAsync(request);
        Assert.Equal(1, _gateways.Spy.Copies[^1]);
        _gateways.Time.Advance(TimeSpan.FromSeconds(pause));

        await store.AcquireAsync(request);
        Assert.Equal(copies, _gateways.Spy.Copies[^1]);
    }

    [Fact]
    public async Task Acquire_BurstBeyondTheLimit_AdmitsItToThePermit()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1000, seconds: 60);
        int admitted = 0;
        for (int i = 0; i < 3000; i++)
        {
            admitted += await store.AdmittedOfAsync(1, request);
            _gateways.Time.Advance(TimeSpan.FromMicroseconds(200));
        }

        Assert.Equal(1000, admitted);
        Assert.InRange(_gateways.Saved.ByLease, 500, 1000);
    }

    [Fact]
    public async Task Acquire_OneLimitInManyCombinations_IsNotHeldManyTimesOver()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest all = Ask.For(limit: 4000, seconds: 60, policy: "all");
        for (int i = 0; i < 2000; i++)
        {
            await store.AcquireAllAsync(Ask.For(limit: 100_000, seconds: 60, partition: i % 10, policy: "client"), all);
            _gateways.Time.Advance(TimeSpan.FromMicroseconds(100));
        }

        long taken = 4000 - (await _gateways.Spy.PeekAsync(all)).Remaining;
        Assert.InRange(taken - 2000, 1, 500);
        Assert.Equal(2000, (await store.PeekAsync(all)).Remaining);
    }

    [Fact]
    public async Task Acquire_NotUsedInTime_IsHandedBack()
    {
        var time = new DrivenTime();
        var gateways = new SparingGateways(Alone, store: new Policies.RateLimiting.InMemory.InMemoryPermitStore(new(), time));
        SparingPermitStore store = gateways.Start(time);
        PermitRequest request = Ask.For(limit: 10_000, seconds: 60);
        await HoldAsync(gateways, store, request, time.Advance);
        // Permits are used until a little before they are looked after: clocks need not run alike.
        time.Advance(TimeSpan.FromMilliseconds(249));

        await store.AcquireAsync(request);
        time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(async () => (await gateways.Spy.PeekAsync(request)).Remaining == 10_000 - gateways.Saved.Calls - gateways.Saved.ByLease);
    }

    [Fact]
    public async Task Acquire_NobodyComesAnyMore_IsHandedBackAllTheSame()
    {
        var gateways = new SparingGateways(Alone, store: new Policies.RateLimiting.InMemory.InMemoryPermitStore(new(), TimeProvider.System));
        SparingPermitStore store = gateways.Start(TimeProvider.System);
        PermitRequest request = Ask.For(limit: 100_000, seconds: 600);
        await Eventually.TrueAsync(async () =>
        {
            await store.AdmittedOfAsync(100, request);
            return gateways.Saved.ByLease > 0;
        });

        await Eventually.TrueAsync(async () =>
            (await gateways.Spy.PeekAsync(request)).Remaining == 100_000 - gateways.Saved.Calls - gateways.Saved.ByLease);
    }

    [Fact]
    public async Task Acquire_AfterAReset_SpendsNothingFromBefore()
    {
        SparingPermitStore store = _gateways.Start();
        SparingPermitStore other = _gateways.Start();
        PermitRequest request = Ask.For(limit: 10_000, seconds: 60);
        await HoldAsync(store, request);

        await other.ResetAsync(request.Policy, request.Partition, new WaitBudget());
        int calls = _gateways.Spy.Calls;
        await store.AcquireAsync(request);
        Assert.Equal(calls + 1, _gateways.Spy.Calls);
    }

    [Fact]
    public async Task Acquire_AfterACallThatFailed_HoldsNothingAtFirst()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 10_000, seconds: 60);
        await HoldAsync(store, request);
        _gateways.Time.Advance(TimeSpan.FromMilliseconds(249));
        _gateways.Spy.Going = () => throw new StoreUnavailableException("away");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AdmittedOfAsync(1000, request));
        _gateways.Spy.Going = () => Task.CompletedTask;

        await store.AcquireAsync(request);
        Assert.Equal(1, _gateways.Spy.Copies[^1]);
    }

    [Fact]
    public async Task Acquire_WithAHeldPermit_CompletesAtOnceAndAllocatesNothing()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 100_000, seconds: 60);
        await HoldAsync(store, request);
        _gateways.Saved.Dispose();
        int calls = _gateways.Spy.Calls;
        store.AssertAnswersAtOnceAndAllocatesNothing(4, [request], admitted: true);
        Assert.Equal(calls, _gateways.Spy.Calls);
    }

    [Theory]
    [InlineData(1, 25)]
    [InlineData(10, 1)]
    public async Task Acquire_AfterABurstAndAPause_TakesFewOrNone(double pause, int copies)
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 100_000, seconds: 60);
        await store.AdmittedOfAsync(1000, request);
        _gateways.Time.Advance(TimeSpan.FromSeconds(pause));

        int calls = _gateways.Spy.Calls;
        while (_gateways.Spy.Calls == calls)
        {
            await store.AcquireAsync(request);
        }

        Assert.Equal(copies, _gateways.Spy.Copies[^1]);
    }

    private static (PermitOutcome Outcome, long Remaining) Short(PermitDecision decision) => (decision.Outcome, decision.Remaining);

    /// <summary>Asks until the gateway holds at least 30 permits.</summary>
    private Task HoldAsync(SparingPermitStore store, PermitRequest request) => HoldAsync(_gateways, store, request, _gateways.Time.Advance);

    private static async Task HoldAsync(SparingGateways gateways, SparingPermitStore store, PermitRequest request, Action<TimeSpan> advance)
    {
        for (int i = 0; i < 1000; i++)
        {
            await store.AcquireAsync(request);
            if (gateways.Spy.Copies[^1] > 30)
            {
                return;
            }

            advance(TimeSpan.FromMicroseconds(500));
        }

        Assert.Fail("The gateway held nothing.");
    }
}
