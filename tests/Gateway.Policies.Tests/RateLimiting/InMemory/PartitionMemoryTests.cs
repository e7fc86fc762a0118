using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.InMemory;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.InMemory;

/// <summary>What a partition takes of this process's memory. Alone in the process, since its whole heap is what is measured.</summary>
[Collection(nameof(PartitionMemoryTests))]
[CollectionDefinition(nameof(PartitionMemoryTests), DisableParallelization = true)]
public sealed class PartitionMemoryTests(ITestOutputHelper output)
{
    private static readonly UInt128 Spread = new(0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F);

    private const int BytesOfPartition = 64;
    private const int BytesOfStamp = 8;
    private const int Repetitions = 5;

    /// <summary>For what else of the process ends up on the heap meanwhile.</summary>
    private const double Margin = 1.1;

    [Theory]
    [InlineData(130_000, 1)]
    [InlineData(200_000, 1)]
    [InlineData(262_000, 1)]
    [InlineData(50_000, 16)]
    public async Task Partitions_WithLivePermits_TakeLittleMemory(int partitions, int live)
    {
        double most = (BytesOfPartition + (BytesOfStamp * live)) * Margin;
        double bytes = await BytesOfAsync(partitions, live);
        for (int more = 0; more < Repetitions && (bytes < BytesOfStamp * live || bytes > most); more++)
        {
            // What earlier tests left on the heap may go, or something else come, while it is measured.
            bytes = await BytesOfAsync(partitions, live);
        }

        output.WriteLine($"{partitions:#,0} partitions with {live} live permits: {bytes:0.0} bytes each");
        Assert.InRange(bytes, BytesOfStamp * live, most);
    }

    [Fact]
    public async Task Partitions_ThatAreSwept_GiveTheirMemoryBack()
    {
        var time = new ManualTime(ManualTime.StoreStart);
        using var store = new InMemoryPermitStore(new InMemoryPermitOptions { MaxPartitions = 1 << 20 }, time);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await FillAsync(store, 100_000, 4, limit: 8);
        long full = GC.GetTotalMemory(forceFullCollection: true) - before;

        time.Advance(TimeSpan.FromMinutes(30));
        await FillAsync(store, 1_000, 4, limit: 8);
        time.Advance(TimeSpan.FromMinutes(30));
        store.Sweep();

        long left = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"100,000 partitions {full:#,0} bytes, the 1,000 that stay {left:#,0}");
        Assert.Equal(1_000, store.Count);
        // What earlier tests left may go meanwhile, too: then it is below zero.
        Assert.True(left < full / 10, $"{left:#,0} of {full:#,0} bytes are left");
        Assert.Equal(4, (await store.PeekAsync(Asked(999, limit: 8))).Remaining);
    }

    private static async Task<double> BytesOfAsync(int partitions, int live)
    {
        using var store = new InMemoryPermitStore(new InMemoryPermitOptions { MaxPartitions = 1 << 20 }, TimeProvider.System);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await FillAsync(store, partitions, live, limit: live);
        double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / partitions;
        Assert.Equal(partitions, store.Count);
        return bytes;
    }

    private static PermitRequest Asked(int partition, int limit) =>
        // Spread over the stripes and within them as hashes are.
        new("p", (UInt128)(partition + 1) * Spread, limit, TimeSpan.FromHours(1));

    private static async Task FillAsync(InMemoryPermitStore store, int partitions, int permits, int limit)
    {
        var asked = new PermitRequest[1];
        var decisions = new PermitDecision[1];
        var wait = new WaitBudget();
        for (int i = 0; i < partitions; i++)
        {
            asked[0] = Asked(i, limit);
            for (int taken = 0; taken < permits; taken++)
            {
                await store.AcquireAsync(asked, decisions, wait);
            }
        }
    }
}
