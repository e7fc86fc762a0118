using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

public sealed class RedisAlgorithmTests(RedisFixture fixture) : AlgorithmContract, IClassFixture<RedisFixture>
{
    private protected override IStoreUnderTest Subject => fixture.Redis;

    [Fact]
    public async Task Acquire_OfEveryAlgorithm_LeavesNoKeyWithoutTimeToLiveAndNoneBehind()
    {
        PermitRequest[] requests = [.. Enumerable.Range(0, 5).Select(i => Ask.For(limit: 10, seconds: 0.5, partition: 70_000 + i, policy: "short") with
        {
            Algorithm = (RateLimitAlgorithm)(i % 4),
            Burst = 10,
            Coarse = i == 4,
        })];
        foreach (PermitRequest request in requests)
        {
            (int granted, PermitDecision[] decisions) = await fixture.Redis.OnServerTime.AcquireManyAsync(5, TimeSpan.Zero, request);
            Assert.Equal(5, granted);
            await fixture.Redis.OnServerTime.RefundAsync(new[] { request }, decisions, 2, new WaitBudget());
        }

        foreach (string key in await fixture.Redis.LogKeysAsync())
        {
            TimeSpan? life = await fixture.Redis.Database.KeyTimeToLiveAsync(key);
            Assert.True(life is not null || !await fixture.Redis.Database.KeyExistsAsync(key), $"{key} has no time to live.");
        }

        await Eventually.TrueAsync(async () => !(await fixture.Redis.LogKeysAsync()).Any(key => key.Contains(":short:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Refund_OfManyAtOnce_IsOneCallThatOneSpoiltKeyDoesNotStop()
    {
        PermitRequest[] requests = [.. Enumerable.Range(0, 20).Select(i => Ask.For(limit: 10, seconds: 60, partition: 72_000 + i, policy: "many"))];
        var unused = new List<UnusedPermits>();
        foreach (PermitRequest request in requests)
        {
            (_, PermitDecision[] granted) = await fixture.Redis.OnServerTime.AcquireManyAsync(5, TimeSpan.Zero, request);
            unused.Add(new UnusedPermits([request], granted, 3));
        }

        string spoilt = (await fixture.Redis.LogKeysAsync()).Single(key => key.EndsWith($":many:{requests[0].Partition:x32}", StringComparison.Ordinal));
        await fixture.Redis.Database.StringSetAsync(spoilt, "spoilt");
        // Redis knows the script.
        await fixture.Redis.OnServerTime.RefundAsync(unused[1..2], new WaitBudget());
        unused.RemoveAt(1);
        long calls = await fixture.Redis.ScriptCallsAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await fixture.Redis.OnServerTime.RefundAsync(unused, new WaitBudget()));
        Assert.Equal(calls + 1, await fixture.Redis.ScriptCallsAsync());
        foreach (PermitRequest request in requests.Skip(1))
        {
            Assert.Equal(8, (await fixture.Redis.OnServerTime.PeekAsync(request)).Remaining);
        }

        await fixture.Redis.Database.KeyDeleteAsync(spoilt);
    }

    [Fact]
    public async Task Acquire_AfterTheClockSteppedBack_AdmitsNoMoreThanTheLimitAndBeginsAnewBeyondAWindow()
    {
        foreach (RateLimitAlgorithm algorithm in (RateLimitAlgorithm[])[RateLimitAlgorithm.SlidingWindow, RateLimitAlgorithm.TokenBucket, RateLimitAlgorithm.FixedWindow])
        {
            PermitRequest request = Ask.For(limit: 6000, seconds: 60, partition: 71_000, policy: "stepped") with { Algorithm = algorithm, Burst = 6000 };
            Assert.Equal(6000, (await fixture.Redis.Store.AcquireManyAsync(7000, TimeSpan.Zero, request)).Granted);
            await fixture.Redis.AdvanceAsync(TimeSpan.FromSeconds(-20));
            Assert.Equal(0, await fixture.Redis.Store.AdmittedOfAsync(1, request));
            await fixture.Redis.AdvanceAsync(TimeSpan.FromHours(-1));
            Assert.Equal(6000, (await fixture.Redis.Store.AcquireManyAsync(7000, TimeSpan.Zero, request)).Granted);
            await fixture.Redis.AdvanceAsync(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(20));
        }
    }
}
