using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

/// <summary>One trace through the store in process and through the script: the same decisions, number by number, for every algorithm.</summary>
public sealed class SameTraceTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    private static int s_trace;
    private int _granted;
    private int _denied;

    [Theory]
    [InlineData(RateLimitAlgorithm.SlidingWindow, false)]
    [InlineData(RateLimitAlgorithm.SlidingWindow, true)]
    [InlineData(RateLimitAlgorithm.TokenBucket, false)]
    [InlineData(RateLimitAlgorithm.FixedWindow, false)]
    [InlineData(RateLimitAlgorithm.Concurrency, false)]
    public void Acquire_SameTraceInProcessAndInRedis_DecidesTheSame(RateLimitAlgorithm algorithm, bool coarse)
    {
        // The script's leases lapse, which those in process need not: here they are renewed.
        double seconds = algorithm is RateLimitAlgorithm.Concurrency ? 3600 : 0.0301;
        PermitRequest request = Ask.For(limit: 1, seconds, policy: $"same-{algorithm}-{coarse}") with { Algorithm = algorithm, Coarse = coarse };

        Prop.ForAll(Traces(), steps => RunAsync(request, steps)).QuickCheckThrowOnFailure();

        Assert.True(_granted > 500 && _denied > 500, $"{_granted} granted, {_denied} denied: the traces try nothing.");
    }

    private static Arbitrary<Step[]> Traces() =>
        (from limit in Gen.Choose(1, 9)
         from burst in Gen.Choose(1, 9)
         from steps in (from wait in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(1, 9_000)), (1, Gen.Choose(9_000, 90_000)))
                        from cost in Gen.Choose(1, 3)
                        from copies in Gen.Choose(1, 3)
                        from refunded in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
                        from more in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
                        from wider in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
                        from resets in Gen.Frequency((30, Gen.Constant(false)), (1, Gen.Constant(true)))
                        select new Step(wait, cost, copies, refunded, more, wider, resets)).ArrayOf(50)
         select steps.Select(step => step with { Limit = limit, Burst = burst }).ToArray()).ToArbitrary();

    private async Task<bool> RunAsync(PermitRequest request, Step[] steps)
    {
        RedisUnderTest redis = fixture.Redis;
        var memory = new MemoryUnderTest();
        await memory.AdvanceAsync(TimeSpan.FromMicroseconds(redis.Now - memory.Now));
        request = request with { Partition = (UInt128)Interlocked.Increment(ref s_trace) };
        foreach (Step step in steps)
        {
            await redis.AdvanceAsync(TimeSpan.FromMicroseconds(step.Wait));
            await memory.AdvanceAsync(TimeSpan.FromMicroseconds(step.Wait));
            Answer expected = await AnswerAsync(memory.Store, request, step);
            Answer actual = await AnswerAsync(redis.Store, request, step);
            Assert.Equal(expected, actual);
            _granted += expected.Granted;
            _denied += step.Copies - expected.Granted;
        }

        return true;
    }

    /// <summary>Asks, hands some back, forgets all where the step says so, and looks what is left.</summary>
    private static async Task<Answer> AnswerAsync(IPermitStore store, PermitRequest request, Step step)
    {
        // A limit that was edited, or a plan's: other numbers for one step.
        request = request with { Limit = step.Limit + step.More, Burst = step.Burst + step.Wider, Cost = step.Cost };
        (int granted, PermitDecision[] decisions) = await store.AcquireManyAsync(step.Copies, TimeSpan.Zero, request);
        await store.RefundAsync(new[] { request }, decisions, Math.Min(step.Refunded, granted), new WaitBudget());
        if (step.Resets)
        {
            await store.ResetAsync(request.Policy, request.Partition, new WaitBudget());
        }

        return new(granted, decisions.WithoutReceipts()[0], await store.PeekAsync(request));
    }

    private sealed record Answer(int Granted, PermitDecision Decision, PermitDecision After);

    private sealed record Step(int Wait, int Cost, int Copies, int Refunded, int More, int Wider, bool Resets)
    {
        public int Limit { get; init; }

        public int Burst { get; init; }
    }
}
