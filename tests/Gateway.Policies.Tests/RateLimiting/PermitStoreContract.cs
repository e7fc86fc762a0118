using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>What every store of permits promises. Each fact begins with a store that has counted nothing of its partitions.</summary>
public abstract class PermitStoreContract
{
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    private protected abstract IStoreUnderTest Subject { get; }

    private IPermitStore Store => Subject.Store;

    [Fact]
    public async Task Acquire_UpToTheLimit_CountsDownAndThenDenies()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 60, partition: 10);
        for (int left = 2; left >= 0; left--)
        {
            Assert.Equal(new PermitDecision(PermitOutcome.Admitted, left, TimeSpan.FromSeconds(60), TimeSpan.Zero), await Store.AcquireAsync(request));
        }

        PermitDecision denied = await Store.AcquireAsync(request);

        Assert.Equal(new PermitDecision(PermitOutcome.Denied, 0, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)), denied);
    }

    [Fact]
    public async Task Acquire_OneMicrosecondBeforeRetry_IsDeniedAndAtRetryAdmitted()
    {
        PermitRequest request = Ask.For(limit: 2, seconds: 10, partition: 20);
        await Store.AcquireAsync(request);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(3.000001));
        await Store.AcquireAsync(request);
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(1));

        PermitDecision denied = await Store.AcquireAsync(request);
        await Subject.AdvanceAsync(denied.RetryAfter - Microsecond);
        PermitDecision before = await Store.AcquireAsync(request);
        await Subject.AdvanceAsync(Microsecond);
        PermitDecision at = await Store.AcquireAsync(request);

        Assert.Equal(TimeSpan.FromSeconds(5.999999), denied.RetryAfter);
        Assert.Equal(new PermitDecision(PermitOutcome.Denied, 0, Microsecond, Microsecond), before);
        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 0, TimeSpan.FromSeconds(3.000001), TimeSpan.Zero), at);
    }

    [Fact]
    public async Task Acquire_FiveHundredOnOneStamp_AdmitsTheLimit()
    {
        PermitRequest request = Ask.For(limit: 100, seconds: 60, partition: 30);

        Assert.Equal(100, await Store.AdmittedOfAsync(500, request));
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(100, await Store.AdmittedOfAsync(500, request));
    }

    [Fact]
    public async Task Acquire_ManyAtOnce_AdmitsTheLimit()
    {
        PermitRequest request = Ask.For(limit: 50, seconds: 60, partition: 40);

        PermitDecision[] decisions = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(() => Store.AcquireAsync(request))));

        Assert.Equal(50, decisions.Count(decision => decision.Outcome is PermitOutcome.Admitted));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), decisions.Where(d => d.Outcome is PermitOutcome.Admitted).Select(d => d.Remaining).Order());
    }

    [Fact]
    public async Task Acquire_OneOfSeveralDenied_TakesNothingOfTheOthers()
    {
        PermitRequest wide = Ask.For(limit: 10, seconds: 60, partition: 50, policy: "wide");
        PermitRequest narrow = Ask.For(limit: 1, seconds: 1, partition: 51, policy: "narrow");
        await Store.AcquireAllAsync(wide, narrow);

        PermitDecision[] decisions = await Store.AcquireAllAsync(wide, narrow);

        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 9, TimeSpan.FromSeconds(60), TimeSpan.Zero), decisions[0]);
        Assert.Equal(new PermitDecision(PermitOutcome.Denied, 0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), decisions[1]);
        Assert.Equal(9, (await Store.PeekAsync(wide)).Remaining);
    }

    [Fact]
    public async Task Acquire_OtherPartitionOrPolicy_CountsApart()
    {
        await Store.AcquireAsync(Ask.For(limit: 1, seconds: 60, partition: 60));

        Assert.Equal(PermitOutcome.Admitted, (await Store.AcquireAsync(Ask.For(limit: 1, seconds: 60, partition: 61))).Outcome);
        Assert.Equal(PermitOutcome.Denied, (await Store.AcquireAsync(Ask.For(limit: 1, seconds: 60, partition: 60))).Outcome);
    }

    [Fact]
    public async Task Acquire_AfterTheLimitWasEdited_KeepsTheCount()
    {
        PermitRequest before = Ask.For(limit: 10, seconds: 60, partition: 70);
        Assert.Equal(8, await Store.AdmittedOfAsync(8, before));
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(PermitOutcome.Denied, (await Store.AcquireAsync(before with { Limit = 5 })).Outcome);
        Assert.Equal(12, await Store.AdmittedOfAsync(20, before with { Limit = 20 }));
        Assert.Equal(0, await Store.AdmittedOfAsync(1, before));
    }

    [Fact]
    public async Task Acquire_AfterTheWindowGrew_KeepsWhatWasLive()
    {
        PermitRequest before = Ask.For(limit: 10, seconds: 2, partition: 80);
        Assert.Equal(10, await Store.AdmittedOfAsync(10, before));
        await Subject.AdvanceAsync(TimeSpan.FromSeconds(1.9));

        PermitDecision after = await Store.AcquireAsync(before with { Window = TimeSpan.FromHours(1) });

        Assert.Equal(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1.9), after.RetryAfter);
    }

    [Fact]
    public async Task Peek_Repeated_TakesNothing()
    {
        PermitRequest request = Ask.For(limit: 2, seconds: 60, partition: 90);
        Assert.Equal(new PermitDecision(PermitOutcome.Admitted, 2, TimeSpan.Zero, TimeSpan.Zero), await Store.PeekAsync(request));
        await Store.AcquireAsync(request);

        Assert.Equal(1, (await Store.PeekAsync(request)).Remaining);
        Assert.Equal(1, (await Store.PeekAsync(request)).Remaining);
        await Store.AcquireAsync(request);
        Assert.Equal(PermitOutcome.Denied, (await Store.PeekAsync(request)).Outcome);
    }

    [Fact]
    public async Task Reset_OfAPartition_FreesItsPermitsOnly()
    {
        PermitRequest request = Ask.For(limit: 1, seconds: 60, partition: 100);
        PermitRequest other = Ask.For(limit: 1, seconds: 60, partition: 101);
        await Store.AcquireAsync(request);
        await Store.AcquireAsync(other);

        Assert.True(await Store.ResetAsync(request.Policy, request.Partition, new WaitBudget()));
        Assert.False(await Store.ResetAsync(request.Policy, request.Partition, new WaitBudget()));
        Assert.Equal(PermitOutcome.Admitted, (await Store.AcquireAsync(request)).Outcome);
        Assert.Equal(PermitOutcome.Denied, (await Store.AcquireAsync(other)).Outcome);
    }

    [Fact]
    public async Task Acquire_LargestLimit_CountsExactly()
    {
        PermitRequest request = Ask.For(limit: 100_000, seconds: 60, partition: 110);

        Assert.Equal(99_999, (await Store.AcquireAsync(request)).Remaining);
        Assert.Equal(99_998, (await Store.AcquireAsync(request)).Remaining);
    }

    [Fact]
    public void Acquire_AnyTrace_DecidesAsTheDefinitionSays()
    {
        int trace = 0;
        Prop.ForAll(Traces(), steps => RunAsync(steps, Interlocked.Increment(ref trace))).QuickCheckThrowOnFailure();
    }

    /// <summary>Limits small enough that traces reach them, moments close enough that windows overlap in every way.</summary>
    private static Arbitrary<Step[]> Traces() =>
        (from limit in Gen.Choose(1, 6)
         from window in Gen.Choose(1, 40)
         from steps in (from ticks in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(1, 15)), (1, Gen.Choose(16, 90)))
                        from limits in Gen.Choose(1, 3)
                        from partition in Gen.Choose(0, 1)
                        select new Step(ticks, limits, partition)).ArrayOf(60)
         select steps.Select(step => step with { Limit = limit, Window = window }).ToArray()).ToArbitrary();

    private async Task<bool> RunAsync(Step[] steps, int trace)
    {
        var oracle = new Oracle();
        long now = 0;
        foreach (Step step in steps)
        {
            TimeSpan by = TimeSpan.FromMilliseconds(step.Wait);
            await Subject.AdvanceAsync(by);
            now += by.Ticks;
            PermitRequest[] requests = step.Requests(1000 + (2 * trace));
            PermitDecision[] expected = oracle.Acquire(requests, now);
            PermitDecision[] actual = await Store.AcquireAllAsync(requests);
            Assert.Equal(expected, actual);
        }

        return true;
    }

    /// <summary>One request of a trace: up to three limits of different size, the third with a window of its own.</summary>
    private sealed record Step(int Wait, int Limits, int Partition)
    {
        public int Limit { get; init; }

        public int Window { get; init; }

        public PermitRequest[] Requests(int firstPartition)
        {
            int partition = firstPartition + Partition;
            PermitRequest[] all =
            [
                Ask.For(Limit, Window / 1000.0, partition, "a"),
                Ask.For(Limit + 2, Window / 1000.0, firstPartition, "b"),
                Ask.For(Limit * 2, Window * 3 / 1000.0, partition, "c"),
            ];
            return all[..Limits];
        }
    }
}
