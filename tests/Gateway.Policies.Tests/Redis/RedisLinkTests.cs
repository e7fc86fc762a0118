using System.Diagnostics;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

[Collection(RedisCollection.Name)]
public sealed class RedisLinkTests : IAsyncLifetime
{
    private RedisUnderTest _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Call_OnAKeyOfAnotherType_IsThisCallsOwnFailure()
    {
        await _redis.Server.SendAsync("LPUSH list 1");
        for (int i = 0; i < 20; i++)
        {
            StoreUnavailableException failure = await FailureAsync(database => database.StringGetAsync("list"));
            Assert.Contains("WRONGTYPE", failure.Message, StringComparison.Ordinal);
        }

        Assert.True(_redis.Link.IsAvailable);
    }

    [Fact]
    public async Task Call_AnswerOfAnotherShape_IsNoAnswer()
    {
        await _redis.Server.SendAsync("SET text abc");
        await FailureAsync(async database => (long)await database.StringGetAsync("text"));
        Assert.True(_redis.Link.IsAvailable);
    }

    [Fact]
    public async Task Call_CallersOwnMistake_IsNotHidden()
    {
        await Assert.ThrowsAsync<KeyNotFoundException>(() => CallAsync<bool>(_ => throw new KeyNotFoundException()));
    }

    [Fact]
    public async Task Call_FailsInAnyWay_TellsNoKeyAndNoArgument()
    {
        const string secret = "session:t0ken";
        var failures = new List<Exception>
        {
            await FailureAsync(database => database.ExecuteAsync("NOSUCHCOMMAND", secret)),
            await FailureAsync(database => database.ExecuteAsync("SET", secret, secret, secret)),
            await FailureAsync(database => database.StringSetAsync(secret, secret, TimeSpan.FromSeconds(1), When.Exists, CommandFlags.DemandReplica)),
        };
        _redis.Server.Pause();
        failures.Add(await FailureAsync(database => database.StringGetAsync(secret)));
        _redis.Server.Resume();
        await _redis.Server.KillAsync();
        failures.Add(await FailureAsync(database => database.StringGetAsync(secret)));
        Assert.All(failures, failure => Assert.DoesNotContain("t0ken", failure.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(_redis.Logs.Lines, line => line.Text.Contains("t0ken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_OneAfterAnother_ShareOneDeadline()
    {
        _redis.Server.Pause();
        var wait = new WaitBudget();
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < 10; i++)
        {
            Assert.Null(await _redis.IncrementAsync("n", wait));
        }

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        _redis.Server.Resume();
        Assert.InRange(took, RedisUnderTest.Deadline * 0.8, RedisUnderTest.Deadline + RedisUnderTest.Slack);
        Assert.True(_redis.Link.IsAvailable, "calls that were never begun say nothing about Redis");
    }

    [Fact]
    public async Task Calls_InParallel_ShareOneDeadline()
    {
        _redis.Server.Pause();
        var wait = new WaitBudget();
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _redis.IncrementAsync("n", wait)));
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        _redis.Server.Resume();
        Assert.InRange(took, RedisUnderTest.Deadline * 0.8, RedisUnderTest.Deadline + RedisUnderTest.Slack);
        Assert.True(wait.Spent < RedisUnderTest.Deadline + RedisUnderTest.Slack, $"ten calls side by side spent {wait.Spent.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Call_WithALimitOfItsOwn_OutlastsTheDeadline()
    {
        Task<string?> sleeping = _redis.Server.SendAsync("DEBUG SLEEP 0.5");
        Assert.NotNull(await _redis.IncrementAsync("n", new WaitBudget { Limit = TimeSpan.FromSeconds(5) }));
        await sleeping;
    }

    [Fact]
    public async Task Links_SameConnectionString_HaveAConnectionEach()
    {
        Assert.NotSame(_redis.Connections.For(RedisConcern.RateLimits).Connection, _redis.Connections.For(RedisConcern.Cache).Connection);
        await Eventually.TrueAsync(() => _redis.Connections.Servers.Count == 1);
        Assert.True(_redis.Connections.Servers[0].ConnectedClients >= 4);
    }

    private Task<T> CallAsync<T>(Func<IDatabaseAsync, Task<T>> call) =>
        _redis.Link.CallAsync(call, static (database, call) => call(database), new WaitBudget()).AsTask();

    private Task<StoreUnavailableException> FailureAsync<T>(Func<IDatabaseAsync, Task<T>> call) =>
        Assert.ThrowsAsync<StoreUnavailableException>(() => CallAsync(call));
}
