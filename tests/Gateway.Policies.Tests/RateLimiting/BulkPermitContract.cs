using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>What every store promises of requests that cost more than one permit, of several asked at once, and of permits handed back.</summary>
public abstract class BulkPermitContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private protected abstract IStoreUnderTest Subject { get; }

    private IPermitStore Store => Subject.Store;

    [Fact]
    public async Task Acquire_WithACost_TakesItAndAnswersWhenItFitsAgain()
    {
        PermitRequest one = Ask.For(limit: 10, seconds: 60, partition: 20_010);
        await Store.AcquireAsync(one);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(3, (await Store.AcquireAsync(one with { Cost = 6 })).Remaining);

        Assert.Equal(
            new PermitDecision(PermitOutcome.Denied, 3, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(50)), await Store.AcquireAsync(one with { Cost = 4 }));
        Assert.Equal(
            new PermitDecision(PermitOutcome.Denied, 3, TimeSpan.FromSeconds(50), Minute), await Store.AcquireAsync(one with { Cost = 5 }));
        Assert.Equal(PermitOutcome.Admitted, (await Store.AcquireAsync(one with { Cost = 3 })).Outcome);
    }

    [Fact]
    public async Task Acquire_CostBeyondTheLimit_IsNeverAdmitted()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 60, partition: 20_020) with { Cost = 4 };

        Assert.Equal(new PermitDecision(PermitOutcome.Denied, 3, TimeSpan.Zero, PermitDecision.Never), await Store.AcquireAsync(request));
    }

    [Fact]
    public async Task AcquireMany_MoreThanFit_GrantsWhatEveryLimitHasRoomFor()
    {
        PermitRequest wide = Ask.For(limit: 100, seconds: 60, partition: 20_030, policy: "wide");
        PermitRequest narrow = Ask.For(limit: 7, seconds: 30, partition: 20_031, policy: "narrow") with { Cost = 2 };

        (int granted, PermitDecision[] decisions) = await Store.AcquireManyAsync(5, TimeSpan.Zero, wide, narrow);

        Assert.Equal(3, granted);
        Assert.Equal(
            [
                new PermitDecision(PermitOutcome.Admitted, 97, Minute, TimeSpan.Zero),
                new PermitDecision(PermitOutcome.Denied, 1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)),
            ],
            decisions.WithoutReceipts());
        Assert.Equal(97, (await Store.PeekAsync(wide)).Remaining);
    }

    [Fact]
    public async Task AcquireMany_Ahead_CountsFromNowUntilAWindowAfterTheirEnd()
    {
        PermitRequest request = Ask.For(limit: 4, seconds: 60, partition: 20_040);
        (int granted, _) = await Store.AcquireManyAsync(3, TimeSpan.FromSeconds(2), request);
        Assert.Equal(3, granted);

        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 0, TimeSpan.FromSeconds(62), TimeSpan.Zero), await Store.AcquireAsync(request));
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(62) - TimeSpan.FromMicroseconds(1));
        Assert.Equal(PermitOutcome.Denied, (await Store.AcquireAsync(request)).Outcome);
        await Subject.AdvanceAsync(TimeSpan.FromMicroseconds(1));
        Assert.Equal(PermitOutcome.Admitted, (await Store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task AcquireMany_OneGrantedAhead_CountsFromNowOnly()
    {
        PermitRequest request = Ask.For(limit: 1, seconds: 60, partition: 20_050);

        (int granted, PermitDecision[] decisions) = await Store.AcquireManyAsync(3, TimeSpan.FromSeconds(2), request);

        Assert.Equal(1, granted);
        Assert.Equal(Minute, decisions[0].RetryAfter);
    }

    [Fact]
    public async Task AcquireMany_TwoThousandAtOnce_AreAllCounted()
    {
        PermitRequest request = Ask.For(limit: 5000, seconds: 60, partition: 20_060);

        Assert.Equal(2500, (await Store.AcquireManyAsync(2500, TimeSpan.Zero, request)).Granted);
        Assert.Equal(2500, (await Store.PeekAsync(request)).Remaining);
        Assert.Equal(2500, (await Store.AcquireManyAsync(3000, TimeSpan.Zero, request)).Granted);
    }

    [Fact]
    public async Task Refund_OfAnEarlierGrant_HandsBackExactlyIt()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 60, partition: 20_070);
        (_, PermitDecision[] first) = await Store.AcquireManyAsync(1, TimeSpan.Zero, request);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Store.AcquireAsync(request);
        await Store.AcquireAsync(request);

        await Store.RefundAsync(new[] { request }, first, 1, new WaitBudget());

        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 1, Minute, TimeSpan.Zero), await Store.PeekAsync(request));
    }

    [Fact]
    public async Task Refund_TwiceOrOfAForgottenGrant_HandsBackNothingMore()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 60, partition: 20_080);
        (_, PermitDecision[] granted) = await Store.AcquireManyAsync(1, TimeSpan.Zero, request);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Store.AcquireAsync(request);

        for (int i = 0; i < 2; i++)
        {
            await Store.RefundAsync(new[] { request }, granted, 1, new WaitBudget());
            Assert.Equal(2, (await Store.PeekAsync(request)).Remaining);
        }

        await Store.ResetAsync(request.Policy, request.Partition, new WaitBudget());
        await Store.RefundAsync(new[] { request }, granted, 1, new WaitBudget());
        Assert.Equal(3, (await Store.PeekAsync(request)).Remaining);
    }

    [Fact]
    public async Task Refund_OfManyAtOnce_HandsBackWhatEachTook()
    {
        var unused = new List<UnusedPermits>();
        PermitRequest[] requests = [.. Enumerable.Range(0, 300).Select(i => Ask.For(limit: 10, seconds: 60, partition: 21_000 + i))];
        foreach ((int i, PermitRequest request) in requests.Index())
        {
            (_, PermitDecision[] granted) = await Store.AcquireManyAsync(5, TimeSpan.Zero, request);
            unused.Add(new UnusedPermits([request], granted, i % 5));
        }

        await Store.RefundAsync(unused.FindAll(one => one.Copies > 0), new WaitBudget());

        foreach ((int i, PermitRequest request) in requests.Index())
        {
            Assert.Equal(5 + (i % 5), (await Store.PeekAsync(request)).Remaining);
        }
    }

    [Fact]
    public async Task Refund_WithoutReceipt_HandsBackTheNewest()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 60, partition: 20_090);
        await Store.AcquireAsync(request);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Store.AcquireAsync(request with { Cost = 2 });

        await Store.RefundAsync(new[] { request }, new PermitDecision[1], 2, new WaitBudget());
        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 2, TimeSpan.FromSeconds(50), TimeSpan.Zero), await Store.PeekAsync(request));
        await Store.RefundAsync(new[] { request }, new PermitDecision[1], 5, new WaitBudget());
        Assert.Equal(3, (await Store.PeekAsync(request)).Remaining);
    }

    [Fact]
    public void AcquireMany_AnyTrace_DecidesAsTheDefinitionSays()
    {
        int trace = 0;
        Prop.ForAll(Traces(), steps => RunAsync(steps, Interlocked.Increment(ref trace))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void AcquireMany_AheadAndUsedAtAnyTime_NeverExceedsTheLimitInAnyWindow()
    {
        int trace = 0;
        Prop.ForAll(Traces(), steps => UseAsync(steps, Interlocked.Increment(ref trace))).QuickCheckThrowOnFailure();
    }

    /// <summary>Every permit is used at any moment that it may be, on the store's clock.</summary>
    private async Task<bool> UseAsync(Step[] steps, int trace)
    {
        const long Window = 30_000;
        var random = new Random(trace);
        var used = new List<long>();
        PermitRequest request = Ask.For(steps.FirstOrDefault()?.Limit ?? 1, 0.030, 31_000 + trace, "used");
        foreach (Step step in steps)
        {
            await Subject.AdvanceAsync(TimeSpan.FromMilliseconds(step.Wait));
            (int granted, _) = await Store.AcquireManyAsync(step.Copies, TimeSpan.FromMilliseconds(step.Ahead), request);
            long latest = granted > 1 ? step.Ahead * 1000 : 0;
            used.AddRange(Enumerable.Range(0, granted).Select(_ => Subject.Now + random.NextInt64(latest + 1)));
        }

        used.Sort();
        int limit = (int)request.Limit;
        Assert.All(Enumerable.Range(0, Math.Max(0, used.Count - limit)), i => Assert.True(used[i + limit] - used[i] >= Window));
        return true;
    }

    private static Arbitrary<Step[]> Traces() =>
        (from limit in Gen.Choose(1, 12)
         from steps in (from wait in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(1, 15)), (1, Gen.Choose(16, 90)))
                        from cost in Gen.Choose(1, 3)
                        from copies in Gen.Choose(1, 4)
                        from ahead in Gen.Choose(0, 3)
                        from refunded in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
                        select new Step(wait, cost, copies, ahead, refunded)).ArrayOf(40)
         select steps.Select(step => step with { Limit = limit }).ToArray()).ToArbitrary();

    private async Task<bool> RunAsync(Step[] steps, int trace)
    {
        var oracle = new Oracle();
        long now = TimeSpan.TicksPerDay;
        foreach (Step step in steps)
        {
            await Subject.AdvanceAsync(TimeSpan.FromMilliseconds(step.Wait));
            now += step.Wait * TimeSpan.TicksPerMillisecond;
            PermitRequest[] requests =
            [
                Ask.For(step.Limit, 0.030, 30_000 + trace, "a") with { Cost = step.Cost },
                Ask.For(step.Limit + 4, 0.060, 30_000 + trace, "b") with { Cost = step.Cost + 1 },
            ];
            TimeSpan ahead = TimeSpan.FromMilliseconds(step.Ahead);
            (int expected, PermitDecision[] answers) = oracle.Acquire(requests, step.Copies, ahead, now);
            (int granted, PermitDecision[] decisions) = await Store.AcquireManyAsync(step.Copies, ahead, requests);
            Assert.Equal(expected, granted);
            Assert.Equal(answers, decisions.WithoutReceipts());
            int refunded = Math.Min(step.Refunded, granted);
            await Store.RefundAsync(requests, decisions, refunded, new WaitBudget());
            oracle.Refund(requests, refunded);
        }

        return true;
    }

    private sealed record Step(int Wait, int Cost, int Copies, int Ahead, int Refunded)
    {
        public int Limit { get; init; }
    }
}
