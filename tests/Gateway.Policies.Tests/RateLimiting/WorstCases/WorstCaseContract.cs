using Gateway.Policies.RateLimiting;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.WorstCases;

/// <summary>The most that hostile traffic gets from a store: the figures of docs/rate-limiting.md, which no attack may exceed and the best one reaches.</summary>
public abstract class WorstCaseContract
{
    private const double Seconds = 1;
    private const int Burst = 50;
    private static int s_partition = 80_000;

    private protected abstract IStoreUnderTest Subject { get; }

    [Theory]
    [InlineData(RateLimitAlgorithm.SlidingWindow, 100, 100, 100)]
    [InlineData(RateLimitAlgorithm.SlidingWindow, 6000, 6000, 6000)]
    [InlineData(RateLimitAlgorithm.TokenBucket, 100, 150, 149)]
    [InlineData(RateLimitAlgorithm.FixedWindow, 100, 200, 200)]
    public async Task Acquire_UnderEveryAttack_AdmitsInAnyWindowWhatTheDocsSay(RateLimitAlgorithm algorithm, int limit, int bound, int stated)
    {
        PermitRequest request = Ask.For(limit, Seconds, policy: "worst") with { Algorithm = algorithm, Burst = Burst };
        long window = request.Window.Ticks / TimeSpan.TicksPerMicrosecond;
        long found = 0;
        foreach (Attack attack in Attack.All(window, 2 * limit))
        {
            long densest = Densest.Of(await AdmittedAsync(attack, window, request), window);
            Assert.True(densest <= bound, $"{attack.Name}: {densest} in one window of {algorithm}; {bound} are allowed.");
            found = Math.Max(found, densest);
        }

        Assert.Equal(stated, found);
    }

    [Fact]
    public async Task Acquire_ConcurrencyUnderEveryAttack_HasTheLimitInUse()
    {
        const int limit = 100;
        PermitRequest request = Ask.For(limit, 3600, Interlocked.Increment(ref s_partition), "worst") with { Algorithm = RateLimitAlgorithm.Concurrency };
        var random = new Random(1);
        var running = new Queue<(int Count, PermitDecision[] Decisions)>();
        (int inUse, int most) = (0, 0);
        for (int i = 0; i < 300; i++)
        {
            (int granted, PermitDecision[] decisions) = await Subject.Store.AcquireManyAsync(1 + random.Next(40), TimeSpan.Zero, request);
            inUse += granted;
            most = Math.Max(most, inUse);
            running.Enqueue((granted, decisions));
            if (random.Next(2) == 0 || inUse == limit)
            {
                (int count, PermitDecision[] done) = running.Dequeue();
                await Subject.Store.RefundAsync(new[] { request }, done, count, new());
                inUse -= count;
            }
        }

        Assert.Equal(limit, most);
    }

    private async Task<List<(long Moment, long Permits)>> AdmittedAsync(Attack attack, long window, PermitRequest request)
    {
        request = request with { Partition = request.Partition + (UInt128)Interlocked.Increment(ref s_partition) };
        await Subject.AdvanceAsync(TimeSpan.FromMicroseconds(window - (Subject.Now % window)));
        var admitted = new List<(long, long)>();
        foreach ((long wait, int permits) in attack.Steps)
        {
            await Subject.AdvanceAsync(TimeSpan.FromMicroseconds(wait));
            (int granted, _) = await Subject.Store.AcquireManyAsync(permits, TimeSpan.Zero, request);
            admitted.Add((Subject.Now, granted));
        }

        return admitted;
    }
}
