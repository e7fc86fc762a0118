using System.Globalization;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

/// <summary>The deadline and the circuit, on a clock of the test's own: what waits and what is sent is counted, not measured.</summary>
[Collection(RedisCollection.Name)]
public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1.2);
    private readonly DrivenTime _time = new();
    private RedisStandalone _redis = null!;
    private RedisConnections _connections = null!;

    private RedisLink Limits => _connections.For(RedisConcern.RateLimits);

    private TcpRelay Line => _redis.Relays[0];

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisStandalone.StartAsync(relayed: true);
        _connections = new RedisConnections(new RedisOptions { Connection = _redis.Connection, Deadline = Deadline }, _time, new LogRecorder());
        Limits.Warm(RedisUnderTest.Increment);
        await _connections.StartAsync();
        await Eventually.TrueAsync(() => _connections.IsWarm, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Requests_RedisSilent_AllEndWhenTheDeadlineHasPassedAndNotLater()
    {
        const int requests = 100;
        Line.Become(RelayMode.Hold);
        WaitBudget[] waits = [.. Enumerable.Range(0, requests).Select(_ => new WaitBudget())];
        Task[] running = [.. waits.Select(AskThriceAsync)];
        await Eventually.TrueAsync(() => _time.FiringAfter(Deadline) == 2 * requests, Patience);

        _time.Advance(Deadline - Moment);
        Assert.Equal(2 * requests, _time.FiringAfter(Moment));
        Assert.All(running, request => Assert.False(request.IsCompleted));
        _time.Advance(Moment);

        // No more time passes: a request that waited for anything else would wait for ever.
        await Task.WhenAll(running).WaitAsync(Patience);
        Assert.All(waits, wait => Assert.Equal(Deadline, wait.Spent));
    }

    [Fact]
    public async Task Request_FirstCallAnsweredLate_TheSecondGetsTheRest()
    {
        var wait = new WaitBudget();
        Line.Become(RelayMode.Hold);
        Task<bool> first = AskAsync(RedisConcern.RateLimits, wait);
        await Eventually.TrueAsync(() => _time.FiringAfter(Deadline) == 1, Patience);
        _time.Advance(Deadline * 0.6);
        Line.Become(RelayMode.Pass);
        Assert.True(await first.WaitAsync(Patience));

        Line.Become(RelayMode.Hold);
        Task<bool> second = AskAsync(RedisConcern.Sessions, wait);
        await Eventually.TrueAsync(() => _time.FiringAfter(Deadline * 0.4) == 1, Patience);
        _time.Advance(Deadline * 0.4);
        Assert.False(await second.WaitAsync(Patience));
        Assert.Equal(Deadline, wait.Spent);
        Assert.False(await AskAsync(RedisConcern.Cache, wait).WaitAsync(Patience));
    }

    /// <summary>Where the machine gives a process no time for longer than the deadline, answers lie unread when its timers fire.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ProcessStoodStill_HasALittleMoreTimeForItsAnswer(bool comes)
    {
        var wait = new WaitBudget();
        Line.Become(RelayMode.Hold);
        Task<bool> request = AskAsync(RedisConcern.RateLimits, wait);
        await Eventually.TrueAsync(() => _time.FiringAfter(Deadline) == 1, Patience);
        _time.Advance(Deadline * 3);
        await Eventually.TrueAsync(() => _time.FiringAfter(Deadline / 2) == 1, Patience);
        Assert.False(request.IsCompleted);

        if (comes)
        {
            Line.Become(RelayMode.Pass);
        }
        else
        {
            _time.Advance(Deadline / 2);
        }

        Assert.Equal(comes, await request.WaitAsync(Patience));
        Assert.True(Limits.IsAvailable);
    }

    [Fact]
    public async Task Requests_CircuitOpen_SendNothingAndOneProbeLooksForRedis()
    {
        await _redis.SendToAllAsync("CONFIG SET maxmemory 1");
        await Eventually.TrueAsync(async () => !await AskAsync(RedisConcern.RateLimits, new WaitBudget()) && !Limits.IsAvailable, Patience);
        int probes = 0;
        for (int round = 0; round < 3; round++)
        {
            (int asked, int written) = (await CallsAsync("evalsha"), await CallsAsync("setex"));
            for (int i = 0; i < 500; i++)
            {
                Assert.False(await AskAsync(RedisConcern.RateLimits, new WaitBudget()));
            }

            Assert.Equal((asked, written), (await CallsAsync("evalsha"), await CallsAsync("setex")));
            Assert.Equal(probes, written);
            await Eventually.TrueAsync(() => _time.FiringAfter(ProbePatience) == 0 && _time.FiringWithin(LongestPause) > 0, Patience, "a pause before the next probe");
            _time.Advance(LongestPause);
            probes++;
            await Eventually.TrueAsync(async () => await CallsAsync("setex") == probes, Patience);
        }
    }

    /// <summary>Two calls side by side, then one: as limits and session, then cache.</summary>
    private async Task AskThriceAsync(WaitBudget wait)
    {
        bool[] answered = await Task.WhenAll(AskAsync(RedisConcern.RateLimits, wait), AskAsync(RedisConcern.Sessions, wait));
        Assert.Equal([false, false], answered);
        Assert.False(await AskAsync(RedisConcern.Cache, wait));
    }

    private async Task<bool> AskAsync(RedisConcern concern, WaitBudget wait)
    {
        try
        {
            await _connections.For(concern).EvaluateAsync(RedisUnderTest.Increment, ["n"], [1], wait);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>How often Redis was asked to run a command, also where it refused.</summary>
    private async Task<int> CallsAsync(string command)
    {
        string line = (await _redis.Servers[0].AskAsync("INFO commandstats")).Split("\r\n").SingleOrDefault(line => line.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal), "");
        return line.Split(':', ',').Where(field => field.StartsWith("calls=", StringComparison.Ordinal) || field.StartsWith("rejected_calls=", StringComparison.Ordinal))
            .Sum(field => int.Parse(field.Split('=')[1], CultureInfo.InvariantCulture));
    }
}
