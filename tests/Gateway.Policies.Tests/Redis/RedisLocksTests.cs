using Gateway.Policies.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

[Collection(RedisCollection.Name)]
public sealed class RedisLocksTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private RedisUnderTest _redis = null!;
    private RedisLocks _locks = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisUnderTest.StartAsync(deadline: TimeSpan.FromMilliseconds(500));
        _locks = new RedisLocks([_redis.Link], TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Lock_HeldByAnother_IsNotAcquiredUntilGivenBack()
    {
        RedisLock first = await _locks.CreateLockAsync("r", Long);
        Assert.True(first.IsAcquired);
        await using (RedisLock second = await _locks.CreateLockAsync("r", Long))
        {
            Assert.False(second.IsAcquired);
        }

        Assert.Equal(":1", await _redis.Server.SendAsync("EXISTS gw:lock:1:{r}"));
        await first.DisposeAsync();
        Assert.False(first.IsAcquired);
        Assert.Equal(":0", await _redis.Server.SendAsync("EXISTS gw:lock:1:{r}"));
        await using RedisLock third = await _locks.CreateLockAsync("r", Long);
        Assert.True(third.IsAcquired);
    }

    [Fact]
    public async Task Lock_WaitedFor_IsAcquiredOnceGivenBack()
    {
        RedisLock first = await _locks.CreateLockAsync("r", Long);
        Task<RedisLock> waiting = _locks.CreateLockAsync("r", Long, wait: TimeSpan.FromSeconds(20), retry: TimeSpan.FromMilliseconds(10));
        Assert.False(waiting.IsCompleted);
        await first.DisposeAsync();
        await using RedisLock second = await waiting;
        Assert.True(second.IsAcquired);
    }

    [Fact]
    public async Task Lock_PastItsExpiry_IsNotAcquiredBeforeRedisFreesIt()
    {
        await using RedisLock held = await _locks.CreateLockAsync("r", TimeSpan.FromMilliseconds(400));
        Assert.True(held.IsAcquired);
        await Eventually.TrueAsync(async () => !held.IsAcquired || Fails(await _redis.Server.SendAsync("EXISTS gw:lock:1:{r}") == ":1" || !held.IsAcquired));
        Assert.False(await held.ExtendAsync());
    }

    [Fact]
    public async Task Lock_Extended_LastsItsWholeTimeAgain()
    {
        await using RedisLock held = await _locks.CreateLockAsync("r", TimeSpan.FromSeconds(10));
        await _redis.Server.SendAsync("PEXPIRE gw:lock:1:{r} 5000");
        Assert.True(await held.ExtendAsync());
        string? left = await _redis.Server.SendAsync("PTTL gw:lock:1:{r}");
        Assert.InRange(int.Parse(left![1..], System.Globalization.CultureInfo.InvariantCulture), 5001, 10_000);
    }

    [Fact]
    public async Task Lock_TakenOverByAnother_IsNeitherExtendedNorReleased()
    {
        RedisLock held = await _locks.CreateLockAsync("r", Long);
        await _redis.Server.SendAsync("SET gw:lock:1:{r} another");
        Assert.False(await held.ExtendAsync());
        await held.DisposeAsync();
        Assert.Equal(":1", await _redis.Server.SendAsync("EXISTS gw:lock:1:{r}"));
    }

    [Fact]
    public async Task Lock_ManyAskAtOnce_OneHolds()
    {
        RedisLock[] asked = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _locks.CreateLockAsync("r", Long)));
        Assert.Single(asked, one => one.IsAcquired);
    }

    [Fact]
    public async Task Lock_RedisAway_IsNotAcquired()
    {
        await _redis.Server.KillAsync();
        await using RedisLock held = await _locks.CreateLockAsync("r", Long, wait: TimeSpan.FromMilliseconds(200));
        Assert.False(held.IsAcquired);
    }

    /// <summary>False while the lock is held as it should be; fails the test when Redis freed it first.</summary>
    private static bool Fails(bool asItShould)
    {
        Assert.True(asItShould, "Redis freed the lock while its owner still trusted it");
        return false;
    }
}
