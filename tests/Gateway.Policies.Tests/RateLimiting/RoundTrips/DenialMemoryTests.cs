using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>What is known to be denied is not asked again.</summary>
public sealed class DenialMemoryTests
{
    private static readonly RoundTripOptions Alone = new() { Combining = false, Leases = false };
    private readonly SparingGateways _gateways = new(Alone);

    [Fact]
    public async Task Acquire_FloodOnADeniedPartition_CallsNobody()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 3, seconds: 60);
        await store.AdmittedOfAsync(4, request);

        Assert.Equal(0, await store.AdmittedOfAsync(10_000, request));
        Assert.Equal(4, _gateways.Spy.Calls);
        Assert.Equal((4, 10_000), (_gateways.Saved.Calls, _gateways.Saved.ByDenialMemory));
    }

    [Fact]
    public async Task Acquire_DeniedAgainLater_CountsTheSpansFromThen()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1, seconds: 4);
        await store.AdmittedOfAsync(2, request);
        _gateways.Time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal(new PermitDecision(PermitOutcome.Denied, 0, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(2.5)), await store.AcquireAsync(request));
        Assert.Equal(2, _gateways.Spy.Calls);
        _gateways.Time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_OneLimitOfSeveralDenies_TellsWhatTheOthersSaid()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest wide = Ask.For(limit: 100, seconds: 60, policy: "wide");
        PermitRequest narrow = Ask.For(limit: 1, seconds: 4, policy: "narrow");
        await store.AcquireAllAsync(wide, narrow);
        PermitDecision[] asked = await store.AcquireAllAsync(wide, narrow);

        Assert.Equal(asked, await store.AcquireAllAsync(wide, narrow));
        Assert.Equal([PermitOutcome.Unknown, PermitOutcome.Denied], (await store.AcquireAllAsync(wide with { Partition = 99 }, narrow)).Select(decision => decision.Outcome));
        Assert.Equal(2, _gateways.Spy.Calls);
    }

    [Fact]
    public async Task Acquire_AnotherQuestion_IsAsked()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 2, seconds: 60);
        await store.AdmittedOfAsync(3, request);

        Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request with { Limit = 3 })).Outcome);
        Assert.Equal(PermitOutcome.Denied, (await store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_AfterAnotherGatewaysReset_IsAsked()
    {
        SparingPermitStore store = _gateways.Start();
        SparingPermitStore other = _gateways.Start();
        PermitRequest request = Ask.For(limit: 2, seconds: 60);
        await store.AdmittedOfAsync(5, request);

        await other.ResetAsync(request.Policy, request.Partition, new WaitBudget());
        Assert.Equal(2, await store.AdmittedOfAsync(5, request));
    }

    [Fact]
    public async Task Acquire_AnswerFromBeforeAReset_IsNotRemembered()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1, seconds: 60);
        await store.AcquireAsync(request);
        _gateways.Spy.Coming = async () =>
        {
            _gateways.Spy.Coming = () => Task.CompletedTask;
            await store.ResetAsync(request.Policy, request.Partition, new WaitBudget());
        };

        Assert.Equal(PermitOutcome.Denied, (await store.AcquireAsync(request)).Outcome);
        Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request)).Outcome);
    }

    [Theory]
    [InlineData(true, false, 5000)]
    [InlineData(false, false, 250)]
    [InlineData(true, true, 250)]
    public async Task Acquire_ChangedBehindItsBack_IsNoticedInTime(bool heard, bool refundable, int milliseconds)
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1, seconds: 60) with { MayBeRefunded = refundable };
        _gateways.News.IsHeard = heard;
        await store.AdmittedOfAsync(2, request);
        await _gateways.Spy.ResetAsync(request.Policy, request.Partition, new WaitBudget());

        _gateways.Time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(PermitOutcome.Denied, (await store.AcquireAsync(request)).Outcome);
        _gateways.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_AfterNewsMayHaveBeenMissed_IsAsked()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1, seconds: 60);
        await store.AdmittedOfAsync(2, request);
        await _gateways.Spy.ResetAsync(request.Policy, request.Partition, new WaitBudget());

        _gateways.News.Lose();
        Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_Refunded_IsAskedAgain()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1, seconds: 60);
        await store.AdmittedOfAsync(2, request);

        await store.RefundAsync(new[] { request }, new PermitDecision[1], 1, new WaitBudget());
        Assert.Equal(PermitOutcome.Admitted, (await store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_MoreDenialsThanPlaces_AsksAndDeniesAllTheSame()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest request = Ask.For(limit: 1, seconds: 60);
        for (int i = 0; i < 30_000; i++)
        {
            await store.AdmittedOfAsync(2, request with { Partition = new UInt128((ulong)i, (ulong)i) });
        }

        for (int i = 0; i < 30_000; i++)
        {
            Assert.Equal(0, await store.AdmittedOfAsync(1, request with { Partition = new UInt128((ulong)i, (ulong)i) }));
        }

        Assert.InRange(_gateways.Saved.ByDenialMemory, 1000, 16_384);
    }

    [Fact]
    public async Task Acquire_DeniedFromMemory_CompletesAtOnceAndAllocatesNothing()
    {
        SparingPermitStore store = _gateways.Start();
        PermitRequest[] requests = [Ask.For(limit: 1, seconds: 60), Ask.For(limit: 9, seconds: 60, policy: "q")];
        var (decisions, wait) = (new PermitDecision[2], new WaitBudget());
        await store.AdmittedOfAsync(1, requests[0]);
        await store.AcquireAsync(requests, decisions, wait);
        _gateways.Saved.Dispose();
        store.AssertAnswersAtOnceAndAllocatesNothing(1000, requests, admitted: false);
    }

    [Fact]
    public void Acquire_AnyTrace_DecidesAsWithoutMemory() =>
        Prop.ForAll(Traces(), steps => DecidesAlikeAsync(steps).AsTask()).QuickCheckThrowOnFailure();

    private static Arbitrary<(int Gateway, int Wait, int Going, int Coming, int Cost)[]> Traces() =>
        (from gateway in Gen.Choose(0, 1)
         from wait in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(1, 150)), (1, Gen.Choose(200, 900)))
         from going in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 60)))
         from coming in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 60)))
         from cost in Gen.Choose(1, 2)
         select (gateway, wait, going, coming, cost)).ArrayOf(60).ToArbitrary();

    /// <summary>
    /// Two gateways with the memory, and the plain store asked the same at the same moments. Times are tenths of a millisecond; a call
    /// takes time to go and to come, which the plain store is spared, and a denial from memory takes none.
    /// </summary>
    private static async ValueTask<bool> DecidesAlikeAsync((int Gateway, int Wait, int Going, int Coming, int Cost)[] steps)
    {
        var gateways = new SparingGateways(Alone);
        SparingPermitStore[] stores = [gateways.Start(), gateways.Start()];
        var plain = new Oracle();
        foreach (var step in steps)
        {
            Pass(step.Wait);
            PermitRequest[] requests = [Ask.For(5, 0.030, 1, "a") with { Cost = step.Cost }, Ask.For(8, 0.080, 2, "b")];
            long asked = gateways.Time.GetTimestamp();
            gateways.Spy.Going = () => PassAsync(step.Going, () => asked = gateways.Time.GetTimestamp());
            gateways.Spy.Coming = () => PassAsync(step.Coming, () => { });

            PermitDecision[] decisions = await stores[step.Gateway].AcquireAllAsync(requests);
            PermitDecision[] expected = plain.Acquire(requests, asked);
            Assert.Equal(expected.All(decision => decision.Outcome is PermitOutcome.Admitted), decisions.All(decision => decision.Outcome is PermitOutcome.Admitted));
            for (int i = 0; i < 2; i++)
            {
                // A span from memory is counted from when the answer came, 6 ms after the store's moment at most.
                Assert.True(decisions[i].Outcome is not PermitOutcome.Denied || decisions[i].RetryAfter <= expected[i].RetryAfter + TimeSpan.FromMilliseconds(6));
            }
        }

        return true;

        void Pass(int tenths) => gateways.Time.Advance(TimeSpan.FromMicroseconds(100 * tenths));

        Task PassAsync(int tenths, Action then)
        {
            Pass(tenths);
            then();
            return Task.CompletedTask;
        }
    }
}
