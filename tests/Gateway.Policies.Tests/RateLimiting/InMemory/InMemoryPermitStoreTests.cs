using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.InMemory;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.InMemory;

public sealed class InMemoryPermitStoreTests : PermitStoreContract
{
    private readonly MemoryUnderTest _subject = new();

    private protected override IStoreUnderTest Subject => _subject;

    [Fact]
    public async Task Acquire_WhenTheTableIsFull_SharesOneLogAndKeepsLiveCounts()
    {
        var full = new MemoryUnderTest(new InMemoryPermitOptions { MaxPartitions = 64 });
        PermitRequest known = OneStripe(partition: 0);
        await full.Store.AcquireAsync(known);

        int admitted = 0;
        for (int i = 1; i <= 1000; i++)
        {
            admitted += (await full.Store.AcquireAsync(OneStripe(i))).Outcome is PermitOutcome.Admitted ? 1 : 0;
        }

        Assert.Equal(2, admitted);
        Assert.Equal(1, (await full.Store.PeekAsync(known)).Remaining);
        Assert.Equal(1, full.Memory.Count);
        await full.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, (await full.Store.AcquireAsync(OneStripe(5000))).Remaining);
    }

    [Fact]
    public async Task Acquire_SeveralWhenTheTableFillsUp_CountsEach()
    {
        var full = new MemoryUnderTest(new InMemoryPermitOptions { MaxPartitions = 64 });
        PermitRequest[] requests = [OneStripe(1) with { Policy = "a" }, OneStripe(2) with { Policy = "b" }, OneStripe(3) with { Policy = "c" }];

        for (int i = 0; i < 2; i++)
        {
            Assert.All(await full.Store.AcquireAllAsync(requests), decision => Assert.Equal(PermitOutcome.Admitted, decision.Outcome));
        }

        Assert.All(await full.Store.AcquireAllAsync(requests), decision => Assert.Equal(PermitOutcome.Denied, decision.Outcome));
    }

    [Fact]
    public async Task Acquire_WithoutMemoryForMoreStamps_HoldsThePartitionToWhatFits()
    {
        var small = new MemoryUnderTest(new InMemoryPermitOptions { MaxStamps = 20 });
        PermitRequest request = Ask.For(limit: 1000, seconds: 60);

        Assert.Equal(16, await small.Store.AdmittedOfAsync(1000, request));
        PermitDecision denied = await small.Store.AcquireAsync(request);
        await small.AdvanceAsync(denied.RetryAfter);

        Assert.Equal(PermitOutcome.Admitted, (await small.Store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_CostlyWithoutMemory_IsDeniedForAWindow()
    {
        var small = new MemoryUnderTest(new InMemoryPermitOptions { MaxStamps = 1 });
        await small.Store.AcquireAsync(Ask.For(limit: 10, seconds: 60, partition: 1));

        PermitDecision denied = await small.Store.AcquireAsync(Ask.For(limit: 10, seconds: 60, partition: 2) with { Cost = 5 });

        Assert.Equal((PermitOutcome.Denied, 0, TimeSpan.FromSeconds(60)), (denied.Outcome, denied.Remaining, denied.RetryAfter));
    }

    [Fact]
    public async Task Sweep_OfABucketThatRefillsInMillennia_LeavesIt()
    {
        PermitRequest emptied = new("p", 1, Limit: 1, TimeSpan.FromDays(30), Cost: 1_000_000, RateLimitAlgorithm.TokenBucket, Burst: 1_000_000);
        Assert.Equal(PermitOutcome.Admitted, (await _subject.Store.AcquireAsync(emptied)).Outcome);

        _subject.Memory.Sweep();

        Assert.Equal(PermitOutcome.Denied, (await _subject.Store.AcquireAsync(emptied)).Outcome);
    }

    [Fact]
    public async Task Sweep_AfterTheWindow_LeavesNothingBehind()
    {
        for (int i = 0; i < 10_000; i++)
        {
            await _subject.Store.AcquireAsync(Ask.For(limit: 10, seconds: i % 2 == 0 ? 10 : 60, partition: 100_000 + i));
        }

        await _subject.AdvanceAsync(TimeSpan.FromSeconds(10));
        _subject.Memory.Sweep();
        Assert.Equal(5_000, _subject.Memory.Count);
        await _subject.AdvanceAsync(TimeSpan.FromSeconds(50));
        _subject.Memory.Sweep();

        Assert.Equal(0, _subject.Memory.Count);
        Assert.Equal(0, _subject.Memory.Stamps);
    }

    [Fact]
    public async Task Record_OfGrantedPermits_CountsThem()
    {
        PermitRequest request = Ask.For(limit: 5, seconds: 60, partition: 200_000);
        for (int i = 0; i < 3; i++)
        {
            _subject.Memory.Record([request]);
        }

        Assert.Equal(2, await _subject.Store.AdmittedOfAsync(10, request));
    }

    [Fact]
    public void Acquire_OfAKnownPartition_AllocatesNothing()
    {
        PermitRequest[] requests = [Ask.For(limit: 100, seconds: 60, partition: 300_000), Ask.For(limit: 10, seconds: 1, partition: 300_001, policy: "q")];
        _subject.Store.AssertAnswersAtOnceAndAllocatesNothing(1000, requests);
    }

    /// <summary>Partitions whose upper half is equal lie in one stripe; with 64 partitions in all, a stripe has room for one.</summary>
    private static PermitRequest OneStripe(int partition) => new("p", (uint)partition, 2, TimeSpan.FromSeconds(60));
}
