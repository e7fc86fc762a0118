using System.Diagnostics;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

/// <summary>A redis-server and the gateway's connections to it.</summary>
internal sealed class RedisUnderTest : IAsyncDisposable
{
    /// <summary>What a starved machine may add to a deadline.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(400);
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);
    public static readonly RedisScript Increment = RedisScript.Of("return redis.call('INCRBY', KEYS[1], ARGV[1])");

    private RedisUnderTest(RedisServer server, RedisConnections connections, LogRecorder logs)
    {
        Server = server;
        Connections = connections;
        Logs = logs;
    }

    public RedisServer Server { get; }

    public RedisConnections Connections { get; }

    public LogRecorder Logs { get; }

    public RedisLink Link => Connections.For(RedisConcern.RateLimits);

    /// <summary>The longest any call took.</summary>
    public TimeSpan Longest { get; private set; }

    public static async Task<RedisUnderTest> StartAsync(RedisServer? server = null, string options = "", TimeSpan? deadline = null)
    {
        server ??= await RedisServer.StartAsync("--enable-debug-command", "yes");
        var logs = new LogRecorder();
        var connections = new RedisConnections(
            new RedisOptions { Connection = server.Connection + options, Deadline = deadline ?? Deadline }, TimeProvider.System, logs);
        connections.For(RedisConcern.RateLimits).Warm(Increment);
        await connections.StartAsync();
        return new RedisUnderTest(server, connections, logs);
    }

    /// <summary>One call as a request makes it; null when the store could not answer.</summary>
    public async Task<long?> IncrementAsync(string key = "n", WaitBudget? wait = null)
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            return (long)await Link.EvaluateAsync(Increment, [key], [1], wait ?? new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
        finally
        {
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            Longest = took > Longest ? took : Longest;
        }
    }

    /// <summary>Calls until the circuit opens; then calls do not wait.</summary>
    public async Task UntilItOpensAsync()
    {
        await Eventually.TrueAsync(async () => await IncrementAsync() is null && !Link.IsAvailable);
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(await IncrementAsync());
        }

        Assert.True(Stopwatch.GetElapsedTime(began) < Deadline + Slack, "a hundred calls that wait for nothing took longer than a few that wait");
    }

    public Task UntilItAnswersAsync() => Eventually.TrueAsync(async () => await IncrementAsync() is not null);

    public void AssertNobodyWaitedLonger() => Assert.True(Longest < Deadline + Slack, $"a call took {Longest.TotalMilliseconds:0} ms");

    public int LinesAbout(RedisConcern concern, int eventId) => Logs.Lines.Count(line => line.EventId == eventId && line.Text.Contains($"{concern}", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await using (Server)
        {
            await Connections.DisposeAsync();
        }
    }
}
