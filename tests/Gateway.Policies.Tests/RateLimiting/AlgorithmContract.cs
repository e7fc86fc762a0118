using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>What every store promises of every algorithm.</summary>
public abstract class AlgorithmContract
{
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    private protected abstract IStoreUnderTest Subject { get; }

    private IPermitStore Store => Subject.Store;

    [Fact]
    public async Task TokenBucket_WhenEmpty_AdmitsAtTheRate()
    {
        PermitRequest request = Bucket(limit: 3, seconds: 1, burst: 5, partition: 40_010);
        Assert.Equal(5, await Store.AdmittedOfAsync(8, request));

        PermitDecision denied = await Store.AcquireAsync(request);

        Assert.Equal(TimeSpan.FromMicroseconds(333_334), denied.RetryAfter);
        await Subject.AdvanceAsync(denied.RetryAfter - Microsecond);
        Assert.Equal(PermitOutcome.Denied, (await Store.AcquireAsync(request)).Outcome);
        await Subject.AdvanceAsync(Microsecond);
        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 0, TimeSpan.FromMicroseconds(333_333), TimeSpan.Zero), await Store.AcquireAsync(request));
    }

    [Theory]
    [InlineData(1_000_000_000L, 9_000_000L, 0.001)]
    [InlineData(94_906_265L, 94_906_265L, 60)]
    [InlineData(1L, 30L, 2_592_000)]
    [InlineData(7L, 1_000_000L, 0.001)]
    public async Task TokenBucket_OfLargeNumbers_CountsExactly(long limit, long burst, double seconds)
    {
        PermitRequest request = Bucket(limit, seconds, burst, partition: 42_000 + (int)(limit % 97));
        PermitRequest[] most = [request with { Cost = (int)(burst - 1) }];
        var oracle = new AlgorithmOracle(TimeSpan.FromDays(100_000).Ticks / 10);
        long now = Subject.Now;
        foreach (PermitRequest[] step in (PermitRequest[][])[most, [request], [request], most])
        {
            (_, PermitDecision[] expected) = oracle.Acquire(step, 1, now);
            Assert.Equal(expected, await Store.AcquireAllAsync(step));
        }
    }

    [Fact]
    public async Task TokenBucket_AfterTheRateWasEdited_KeepsWhatIsMissing()
    {
        PermitRequest before = Bucket(limit: 60, seconds: 60, burst: 10, partition: 40_030);
        await Store.AcquireAsync(before with { Cost = 6 });

        Assert.Equal(4, (await Store.PeekAsync(before with { Limit = 6 })).Remaining);
        Assert.Equal(14, (await Store.PeekAsync(before with { Burst = 20 })).Remaining);
    }

    [Fact]
    public async Task TokenBucket_AfterTheBurstWasLowered_IsNotFullAnew()
    {
        PermitRequest before = Bucket(limit: 2, seconds: 60, burst: 10, partition: 40_035);
        await Store.AcquireAsync(before with { Cost = 10 });

        Assert.Equal(PermitOutcome.Denied, (await Store.AcquireAsync(before with { Burst = 1 })).Outcome);
    }

    [Fact]
    public async Task TokenBucket_LookedAtByAnotherRate_LosesNothing()
    {
        PermitRequest request = Bucket(limit: 7, seconds: 60, burst: 10, partition: 40_036);
        await Store.AcquireAsync(request with { Cost = 6 });
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(1));
        PermitDecision before = await Store.PeekAsync(request);

        await Store.PeekAsync(request with { Limit = 5 });

        Assert.Equal(before, await Store.PeekAsync(request));
    }

    [Fact]
    public async Task FixedWindow_Always_BeginsAtMultiplesOfItsLength()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 3600, partition: 40_040) with { Algorithm = RateLimitAlgorithm.FixedWindow };
        PermitDecision first = await Store.AcquireAsync(request);
        Assert.Equal(2, await Store.AdmittedOfAsync(5, request));

        PermitDecision denied = await Store.AcquireAsync(request);
        Assert.Equal(denied.RetryAfter, first.ResetAfter);
        await Subject.AdvanceAsync(denied.RetryAfter - Microsecond);
        Assert.Equal(0, await Store.AdmittedOfAsync(1, request));
        await Subject.AdvanceAsync(Microsecond);
        Assert.Equal(TimeSpan.FromHours(1), (await Store.AcquireAsync(request)).ResetAfter);
        Assert.Equal(2, await Store.AdmittedOfAsync(5, request));
    }

    [Fact]
    public async Task FixedWindow_AfterTheWindowWasEdited_KeepsWhatMayLieInIt()
    {
        PermitRequest before = Ask.For(limit: 10, seconds: 3600, partition: 40_050) with { Algorithm = RateLimitAlgorithm.FixedWindow };
        Assert.Equal(4, await Store.AdmittedOfAsync(4, before));

        Assert.Equal(6, (await Store.PeekAsync(before with { Window = TimeSpan.FromDays(1) })).Remaining);
        Assert.Equal(6, (await Store.PeekAsync(before with { Window = TimeSpan.FromMinutes(1) })).Remaining);
    }

    [Fact]
    public async Task SubWindows_OfAMillion_CountDownAndFreeASubWindowAtATime()
    {
        PermitRequest request = Ask.For(limit: 1_000_000, seconds: 64, partition: 40_060);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(999_999, (await Store.AcquireAsync(request)).Remaining);
        (int granted, _) = await Store.AcquireManyAsync(2_000_000, TimeSpan.Zero, request);
        Assert.Equal(999_999, granted);

        PermitDecision denied = await Store.AcquireAsync(request);

        Assert.InRange(denied.RetryAfter, TimeSpan.FromSeconds(64), TimeSpan.FromSeconds(65));
        await Subject.AdvanceAsync(denied.RetryAfter - Microsecond);
        Assert.Equal(0, await Store.AdmittedOfAsync(1, request));
        await Subject.AdvanceAsync(Microsecond);
        Assert.Equal(999_999, (await Store.AcquireAsync(request)).Remaining);
    }

    [Fact]
    public async Task SlidingWindow_LimitEditedAcrossTheExactBorder_KeepsTheCounts()
    {
        PermitRequest exact = Ask.For(limit: 5000, seconds: 60, partition: 40_070);
        Assert.Equal(3000, (await Store.AcquireManyAsync(3000, TimeSpan.Zero, exact)).Granted);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(100, (await Store.AcquireManyAsync(100, TimeSpan.Zero, exact with { Limit = 5001 })).Granted);

        Assert.Equal(5001 - 3100, (await Store.PeekAsync(exact with { Limit = 5001 })).Remaining);
        Assert.Equal(1900, (await Store.PeekAsync(exact)).Remaining);
        Assert.Equal(900, (await Store.PeekAsync(exact with { Limit = 4000 })).Remaining);
        Assert.Equal(6900, (await Store.PeekAsync(exact with { Limit = 10_000 })).Remaining);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(4900, (await Store.PeekAsync(exact)).Remaining);
    }

    [Fact]
    public async Task SubWindows_WindowEdited_KeepsTheCounts()
    {
        foreach ((double seconds, long left) in ((double, long)[])[(3600, 6000), (10, 6000), (2, 10_000)])
        {
            PermitRequest before = Ask.For(limit: 10_000, seconds: 60, partition: 40_080, policy: $"to-{seconds}");
            await Store.AcquireManyAsync(4000, TimeSpan.Zero, before);
            await Subject.AdvanceAsync(TimeSpan.FromSeconds(5));

            Assert.Equal(left, (await Store.PeekAsync(before with { Window = TimeSpan.FromSeconds(seconds) })).Remaining);
        }
    }

    [Fact]
    public async Task Concurrency_AtTheLimit_DeniesUntilOneIsHandedBack()
    {
        PermitRequest request = Ask.For(limit: 2, seconds: 30, partition: 40_090) with { Algorithm = RateLimitAlgorithm.Concurrency };
        (_, PermitDecision[] first) = await Store.AcquireManyAsync(1, TimeSpan.Zero, request);
        Assert.Equal(1, await Store.AdmittedOfAsync(3, request));

        await Store.RefundAsync(new[] { request }, first, 1, new WaitBudget());
        await Store.RefundAsync(new[] { request }, first, 1, new WaitBudget());

        Assert.Equal(1, await Store.AdmittedOfAsync(3, request));
        await Store.ResetAsync(request.Policy, request.Partition, new WaitBudget());
        Assert.Equal(2, (await Store.PeekAsync(request)).Remaining);
        await Store.RefundAsync(new[] { request }, first, 1, new WaitBudget());
        Assert.Equal(2, (await Store.PeekAsync(request)).Remaining);
    }

    [Fact]
    public async Task Refund_OfEveryAlgorithm_HandsBackWhatWasTaken()
    {
        foreach (PermitRequest request in Each(limit: 6000, seconds: 60, firstPartition: 40_100))
        {
            (_, PermitDecision[] granted) = await Store.AcquireManyAsync(1, TimeSpan.Zero, request with { Cost = 17 });
            await Subject.AdvanceAsync(Microsecond);
            await Store.AcquireAsync(request);

            await Store.RefundAsync(new[] { request with { Cost = 17 } }, granted, 1, new WaitBudget());

            Assert.Equal(5999, (await Store.PeekAsync(request)).Remaining);
            await Store.ResetAsync(request.Policy, request.Partition, new WaitBudget());
            Assert.Equal(6000, (await Store.PeekAsync(request)).Remaining);
        }
    }

    [Fact]
    public async Task Acquire_LimitsOfAllAlgorithms_IsAllOrNothing()
    {
        PermitRequest[] requests = Each(limit: 6000, seconds: 60, firstPartition: 40_200);
        PermitRequest narrow = Ask.For(limit: 1, seconds: 60, partition: 40_210, policy: "narrow");
        await Store.AcquireAsync(narrow);

        PermitDecision[] decisions = await Store.AcquireAllAsync([.. requests, narrow]);

        Assert.Equal(requests.Select(_ => PermitOutcome.Admitted).Append(PermitOutcome.Denied), decisions.Select(decision => decision.Outcome));
        Assert.All(decisions[..^1], decision => Assert.Equal(6000, decision.Remaining));
        Assert.All(await Store.AcquireAllAsync(requests), decision => Assert.Equal(5999, decision.Remaining));
    }

    [Fact]
    public void Acquire_AnyTrace_DecidesAsTheDefinitionsSay()
    {
        int trace = 0;
        Prop.ForAll(Traces(), steps => RunAsync(steps, Interlocked.Increment(ref trace))).QuickCheckThrowOnFailure();
    }

    private static PermitRequest Bucket(long limit, double seconds, long burst, int partition) =>
        Ask.For(limit, seconds, partition, "bucket") with { Algorithm = RateLimitAlgorithm.TokenBucket, Burst = burst };

    private static PermitRequest[] Each(long limit, double seconds, int firstPartition) =>
    [
        Ask.For(limit, seconds, firstPartition, "sub-windows"),
        Bucket(limit, seconds, limit, firstPartition + 1),
        Ask.For(limit, seconds, firstPartition + 2, "fixed") with { Algorithm = RateLimitAlgorithm.FixedWindow },
        Ask.For(limit, seconds, firstPartition + 3, "slots") with { Algorithm = RateLimitAlgorithm.Concurrency },
    ];

    private static Arbitrary<Step[]> Traces() =>
        (from limit in Gen.Choose(1, 9)
         from burst in Gen.Choose(1, 9)
         from steps in (from wait in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(1, 9_000)), (1, Gen.Choose(9_000, 90_000)))
                        from cost in Gen.Choose(1, 3)
                        from copies in Gen.Choose(1, 3)
                        from limits in Gen.Choose(1, 7)
                        select new Step(wait, cost, copies, limits)).ArrayOf(40)
         select steps.Select(step => step with { Limit = limit, Burst = burst }).ToArray()).ToArbitrary();

    private async Task<bool> RunAsync(Step[] steps, int trace)
    {
        var oracle = new AlgorithmOracle(farthest: 1_000_000);
        long now = Subject.Now;
        foreach (Step step in steps)
        {
            await Subject.AdvanceAsync(TimeSpan.FromMicroseconds(step.Wait));
            now += step.Wait;
            PermitRequest[] requests = step.Requests(50_000 + (4 * trace));
            (int expected, PermitDecision[] answers) = oracle.Acquire(requests, step.Copies, now);
            (int granted, PermitDecision[] decisions) = await Store.AcquireManyAsync(step.Copies, TimeSpan.Zero, requests);
            Assert.Equal(expected, granted);
            Assert.Equal(answers, decisions.WithoutReceipts());
        }

        return true;
    }

    /// <summary>A request of any of three limits, of one algorithm each, by the bits of <paramref name="Limits"/>.</summary>
    private sealed record Step(int Wait, int Cost, int Copies, int Limits)
    {
        public int Limit { get; init; }

        public int Burst { get; init; }

        public PermitRequest[] Requests(int partition)
        {
            PermitRequest[] all =
            [
                Bucket(Limit, 0.0301, Burst, partition) with { Cost = Cost },
                Ask.For(Limit + 1, 0.0203, partition, "fixed") with { Cost = Cost, Algorithm = RateLimitAlgorithm.FixedWindow },
                Ask.For(Limit + 2, 0.0402, partition, "sub-windows") with { Cost = Cost, Coarse = true },
            ];
            return [.. all.Where((_, i) => (Limits & (1 << i)) != 0)];
        }
    }
}
