using System.Collections.Concurrent;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

[Collection(RedisCollection.Name)]
public sealed class RedisOutageTests
{
    [Fact]
    public async Task Link_RedisKilledAndRestarted_FailsAtOnceThenRecovers()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        Assert.Equal(1, await redis.IncrementAsync());
        await redis.Server.KillAsync();
        await redis.UntilItOpensAsync();
        await redis.Server.StartAgainAsync();
        await redis.UntilItAnswersAsync();
        redis.AssertNobodyWaitedLonger();
        Assert.Equal(1, redis.LinesAbout(RedisConcern.RateLimits, 100));
        Assert.Equal(2, redis.LinesAbout(RedisConcern.RateLimits, 101));
        Assert.True(redis.Link.IsWarm);
    }

    [Fact]
    public async Task Link_RedisPausedAndResumed_WaitsTheDeadlineAtMostThenRecovers()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        Assert.Equal(1, await redis.IncrementAsync());
        redis.Server.Pause();
        await redis.UntilItOpensAsync();
        redis.Server.Resume();
        await redis.UntilItAnswersAsync();
        redis.AssertNobodyWaitedLonger();
        Assert.Equal(1, redis.LinesAbout(RedisConcern.RateLimits, 100));
    }

    [Fact]
    public async Task Link_ManyCallersWhileRedisPauses_AllEndAtTheDeadline()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        redis.Server.Pause();
        long?[] answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => redis.IncrementAsync()));
        redis.Server.Resume();
        Assert.All(answers, Assert.Null);
        redis.AssertNobodyWaitedLonger();
        await redis.UntilItAnswersAsync();
    }

    [Fact]
    public async Task Link_RedisSleepsLongerThanTheDeadline_OneCallWaitsAndTheNextAnswers()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        Task<string?> sleeping = redis.Server.SendAsync("DEBUG SLEEP 0.3");
        await Eventually.TrueAsync(async () => await redis.IncrementAsync() is null);
        await sleeping;
        await redis.UntilItAnswersAsync();
        redis.AssertNobodyWaitedLonger();
    }

    [Fact]
    public async Task Link_ConnectionsKilledAgainAndAgain_AnswersNothingWrongAndRecovers()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        using var storm = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        Task killer = KillConnectionsAsync(redis.Server, storm.Token);
        var answers = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => CollectAsync(redis, answers, storm.Token)));
        await killer;
        await redis.UntilItAnswersAsync();
        redis.AssertNobodyWaitedLonger();

        // On a busy machine the storm may leave no call alive: what comes after it must be answered.
        using var calm = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await CollectAsync(redis, answers, calm.Token);

        // INCR never answers a number twice: an answer given to the wrong call would.
        Assert.NotEmpty(answers);
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    [Fact]
    public async Task Link_ScriptsFlushed_RunsTheScriptAllTheSame()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        Assert.Equal(1, await redis.IncrementAsync());
        await redis.Server.SendAsync("SCRIPT FLUSH");
        Assert.Equal(2, await redis.IncrementAsync());
        Assert.Equal(3, await redis.IncrementAsync());
        Assert.Equal("+OK", await redis.Server.SendAsync("SCRIPT FLUSH"));
        long?[] together = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => redis.IncrementAsync()));
        Assert.Equal(Enumerable.Range(4, 50).Select(n => (long?)n), together.Order());
    }

    [Fact]
    public async Task Link_RedisOutOfMemory_OpensAndStaysOpenUntilItTakesWrites()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        await redis.Server.SendAsync("CONFIG SET maxmemory 1");
        await redis.UntilItOpensAsync();

        // Two seconds are several probes: PING alone would have closed it.
        await Assert.ThrowsAsync<TimeoutException>(() => Eventually.TrueAsync(() => redis.Link.IsAvailable, TimeSpan.FromSeconds(2)));
        Assert.StartsWith("OOM", redis.Link.LastFailure, StringComparison.Ordinal);
        await redis.Server.SendAsync("CONFIG SET maxmemory 0");
        await redis.UntilItAnswersAsync();
        Assert.Null(redis.Link.LastFailure);
    }

    [Fact]
    public async Task Link_PrimaryTurnsReplica_OpensUntilItIsPrimaryAgain()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        await redis.Server.SendAsync("REPLICAOF 127.0.0.1 1");
        await redis.UntilItOpensAsync();
        await redis.Server.SendAsync("REPLICAOF NO ONE");
        await redis.UntilItAnswersAsync();
        redis.AssertNobodyWaitedLonger();
    }

    [Fact]
    public async Task Link_AbandonedCallsFaultLater_NothingIsLeftUnobserved()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Observe(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            await using (RedisUnderTest redis = await RedisUnderTest.StartAsync())
            {
                redis.Server.Pause();
                await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => redis.IncrementAsync()));
                await redis.Server.KillAsync();
                await redis.UntilItOpensAsync();
            }

            for (int i = 0; i < 3; i++)
            {
                GC.Collect(2, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }

            Assert.DoesNotContain(unobserved, failure => failure.ToString().Contains("Redis", StringComparison.Ordinal));
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Observe;
        }
    }

    private static async Task CollectAsync(RedisUnderTest redis, ConcurrentBag<long> answers, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            if (await redis.IncrementAsync() is { } answer)
            {
                answers.Add(answer);
            }

            await Task.Yield();
        }
    }

    private static async Task KillConnectionsAsync(RedisServer server, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await server.SendAsync("CLIENT KILL TYPE normal");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
