using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

/// <summary>Questions of many partitions that travel in few calls.</summary>
public sealed class JoinedCallsTests : IAsyncLifetime
{
    private const int Partitions = 40;
    private RedisUnderTest _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Acquire_ManyPartitionsAtOnce_EachAdmitsItsLimitInFewCalls()
    {
        long before = await _redis.ScriptCallsAsync();

        var asking = new List<Task<PermitDecision[]>>();
        for (int i = 0; i < 25 * Partitions; i++)
        {
            // Some questions have two limits, so that answers of several lengths lie side by side.
            PermitRequest own = Ask.For(limit: 10, seconds: 60, partition: i % Partitions);
            asking.Add(i % 2 == 0 ? _redis.Store.AcquireAllAsync(own, Ask.For(limit: 10_000, seconds: 60, partition: i % Partitions, policy: "wide")) : _redis.Store.AcquireAllAsync(own));
        }

        PermitDecision[][] answers = await Task.WhenAll(asking);

        for (int partition = 0; partition < Partitions; partition++)
        {
            long[] remaining = [.. answers.Where((_, i) => i % Partitions == partition).Where(answer => answer[0].Outcome is PermitOutcome.Admitted).Select(answer => answer[0].Remaining)];
            Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], remaining.OrderDescending());
        }

        // Alone each would be a call: with two in flight, at most 64 questions travel in each of those that follow.
        Assert.InRange(await _redis.ScriptCallsAsync() - before, 25 * Partitions / 64, 25 * Partitions / 4);
    }

    [Fact]
    public async Task Acquire_OneKeyHoldsSomethingElse_OnlyItsQuestionsFail()
    {
        PermitRequest spoilt = Ask.For(limit: 5, seconds: 60, partition: 7_777);
        await _redis.Database.StringSetAsync(Key(spoilt), "not a log", TimeSpan.FromMinutes(1));

        var asking = new List<Task<PermitDecision>>();
        for (int i = 0; i < 100; i++)
        {
            asking.Add(_redis.Store.AcquireAsync(i % 10 == 9 ? spoilt : Ask.For(limit: 50, seconds: 60, partition: 8_000 + i)));
        }

        await Task.WhenAll(asking).ContinueWith(static all => _ = all.Exception, TaskScheduler.Default);

        for (int i = 0; i < asking.Count; i++)
        {
            if (i % 10 == 9)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => asking[i]);
            }
            else
            {
                Assert.Equal(49, (await asking[i]).Remaining);
            }
        }
    }

    [Fact]
    public async Task Acquire_WhoHasGoneOnMeanwhile_IsNotAskedFor()
    {
        PermitRequest late = Ask.For(limit: 5, seconds: 600, partition: 9_002);
        _redis.Server.Pause();
        Task<PermitDecision> first = _redis.OnServerTime.AcquireAsync(Ask.For(limit: 5, seconds: 600, partition: 9_000));
        Task<PermitDecision> second = _redis.OnServerTime.AcquireAsync(Ask.For(limit: 5, seconds: 600, partition: 9_001));
        var decisions = new PermitDecision[1];

        // Two calls are in flight: the third waits, no longer than its own time.
        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await _redis.OnServerTime.AcquireAsync(new[] { late }, decisions, new WaitBudget { Limit = TimeSpan.FromMilliseconds(50) }));
        _redis.Server.Resume();

        Assert.Equal(4, (await first).Remaining);
        Assert.Equal(4, (await second).Remaining);
        Assert.Equal(4, (await _redis.OnServerTime.AcquireAsync(late)).Remaining);
    }

    [Fact]
    public async Task Acquire_ReplyThatEndsTooSoon_LeavesNobodyWaiting()
    {
        // Answers the first question of a call, and no other.
        var truncated = RedisScript.Of("return { 1, 1, 9, 0, 0, 5 }");
        using var store = new RedisPermitStore(_redis.Link, _redis.Secret, truncated, TimeProvider.System);

        Task<PermitDecision>[] asking = [.. Enumerable.Range(0, 20).Select(i => store.AcquireAsync(Ask.For(limit: 10, seconds: 60, partition: 10_000 + i)))];

        await Task.WhenAll(asking).ContinueWith(static all => _ = all.Exception, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains(asking, task => task.IsCompletedSuccessfully);
        Assert.All(asking.Where(task => task.IsFaulted), task => Assert.IsType<StoreUnavailableException>(task.Exception!.InnerException));
        Assert.Contains(asking, task => task.IsFaulted);
    }

    private static RedisKey Key(PermitRequest request) => $"gw:rl:1:{request.Policy}:{request.Partition:x32}";
}
