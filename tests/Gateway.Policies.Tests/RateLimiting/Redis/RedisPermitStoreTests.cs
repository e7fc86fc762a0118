using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

public sealed class RedisPermitStoreTests(RedisFixture fixture) : PermitStoreContract, IClassFixture<RedisFixture>
{
    private readonly RedisUnderTest _redis = fixture.Redis;

    private protected override IStoreUnderTest Subject => _redis;

    [Fact]
    public async Task Acquire_SameTraceAsInProcess_DecidesTheSame()
    {
        var memory = new MemoryUnderTest();
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            // Limit and window change now and then, as a reload does.
            PermitRequest[] requests =
            [
                Ask.For(1 + (i / 250 % 7), 0.020 * (1 + (i / 400)), 2000 + random.Next(2), "trace"),
                Ask.For(12, 0.080, 2002, "trace.1"),
            ];
            TimeSpan wait = TimeSpan.FromMicroseconds(random.Next(3) == 0 ? random.Next(12_000) : 0);
            await _redis.AdvanceAsync(wait);
            await memory.AdvanceAsync(wait);

            PermitDecision[] expected = await memory.Store.AcquireAllAsync(requests);
            Assert.Equal(expected, await _redis.Store.AcquireAllAsync(requests));
        }
    }

    [Fact]
    public async Task Acquire_OnServerTime_AdmitsTheLimitAndLeavesNoKeyBehind()
    {
        PermitRequest request = Ask.For(limit: 10, seconds: 0.2, partition: 3000, policy: "server-time");

        PermitDecision[] decisions = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _redis.OnServerTime.AcquireAsync(request)));

        Assert.True(decisions.Count(decision => decision.Outcome is PermitOutcome.Admitted) is >= 10 and < 50);
        TimeSpan? life = await _redis.Database.KeyTimeToLiveAsync(Key(request));
        Assert.InRange(life!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1.2));
        await Testing.Eventually.TrueAsync(async () => !await _redis.Database.KeyExistsAsync(Key(request)));
    }

    [Fact]
    public async Task Acquire_Always_LeavesNoKeyWithoutTimeToLive()
    {
        for (int i = 0; i < 20; i++)
        {
            await _redis.Store.AcquireAllAsync(Ask.For(3, 60, 3100 + i), Ask.For(2, 3600, 3100, "hourly"));
        }

        foreach (string key in await _redis.LogKeysAsync())
        {
            // Another test's key may end between the two questions.
            Assert.True(await _redis.Database.KeyTimeToLiveAsync(key) is not null || !await _redis.Database.KeyExistsAsync(key), key);
        }
    }

    [Fact]
    public async Task Acquire_Denied_WritesNothing()
    {
        PermitRequest request = Ask.For(limit: 1, seconds: 60, partition: 3200);
        await _redis.Store.AcquireAsync(request);
        byte[]? before = await _redis.Database.KeyDumpAsync(Key(request));
        DateTime? expiry = await _redis.Database.KeyExpireTimeAsync(Key(request));

        await _redis.Store.AcquireAsync(request);

        Assert.Equal(before, await _redis.Database.KeyDumpAsync(Key(request)));
        Assert.Equal(expiry, await _redis.Database.KeyExpireTimeAsync(Key(request)));
    }

    [Fact]
    public async Task Acquire_LongRun_KeepsNoMoreThanWhatIsLive()
    {
        PermitRequest request = Ask.For(limit: 20, seconds: 1, partition: 3300);
        for (int i = 0; i < 300; i++)
        {
            await _redis.AdvanceAsync(TimeSpan.FromMilliseconds(100));
            await _redis.Store.AcquireAsync(request);
        }

        Assert.Equal(10, await _redis.Database.ListLengthAsync(Key(request)));
    }

    [Fact]
    public async Task Acquire_AfterScriptFlush_GoesOnCounting()
    {
        PermitRequest request = Ask.For(limit: 2, seconds: 60, partition: 3400);
        await _redis.Store.AcquireAsync(request);
        await _redis.Database.ExecuteAsync("SCRIPT", "FLUSH");

        Assert.Equal(0, (await _redis.Store.AcquireAsync(request)).Remaining);
        Assert.Equal(PermitOutcome.Denied, (await _redis.Store.AcquireAsync(request)).Outcome);
    }

    [Fact]
    public async Task Acquire_AfterTheClockSteppedBackALittle_AdmitsNoMoreThanTheLimit()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 10, partition: 3500);
        Assert.Equal(2, await _redis.Store.AdmittedOfAsync(2, request));
        await _redis.AdvanceAsync(TimeSpan.FromSeconds(-4));

        Assert.Equal(1, await _redis.Store.AdmittedOfAsync(5, request));
        PermitDecision denied = await _redis.Store.AcquireAsync(request);
        Assert.Equal(TimeSpan.FromSeconds(14), denied.RetryAfter);
        await _redis.AdvanceAsync(denied.RetryAfter - TimeSpan.FromMicroseconds(1));
        Assert.Equal(0, await _redis.Store.AdmittedOfAsync(1, request));
        await _redis.AdvanceAsync(TimeSpan.FromMicroseconds(1));
        Assert.Equal(3, await _redis.Store.AdmittedOfAsync(5, request));
    }

    [Fact]
    public async Task Acquire_AfterTheClockSteppedBackFurtherThanTheWindow_BeginsAnew()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 10, partition: 3600);
        Assert.Equal(3, await _redis.Store.AdmittedOfAsync(5, request));
        await _redis.AdvanceAsync(TimeSpan.FromHours(-1));

        Assert.Equal(3, (await _redis.Store.PeekAsync(request)).Remaining);
        Assert.Equal(3, await _redis.Store.AdmittedOfAsync(5, request));
        Assert.Equal(TimeSpan.FromSeconds(10), (await _redis.Store.AcquireAsync(request)).RetryAfter);
        await _redis.AdvanceAsync(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Acquire_KeyHoldsSomethingElse_IsUnavailable()
    {
        PermitRequest request = Ask.For(limit: 3, seconds: 10, partition: 3700);
        await _redis.Database.StringSetAsync(Key(request), "not a log", TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _redis.Store.AcquireAsync(request));
    }

    [Fact]
    public async Task Acquire_BeforeTheSecretIsAgreed_IsUnavailable()
    {
        var store = new Policies.RateLimiting.Redis.RedisPermitStore(
            _redis.Link, new PartitionSecret(), Policies.RateLimiting.Redis.PermitScripts.Acquire, TimeProvider.System);

        Assert.False(store.IsAvailable);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AcquireAsync(Ask.For(1, 1)));
    }

    private static RedisKey Key(PermitRequest request) => $"gw:rl:1:{request.Policy}:{request.Partition:x32}";
}
