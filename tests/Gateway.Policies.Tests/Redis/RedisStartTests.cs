using System.Diagnostics;
using Gateway.Policies.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

[Collection(RedisCollection.Name)]
public sealed class RedisStartTests
{
    private const string Secret = "s3cr3t-Pa55";

    [Fact]
    public async Task Start_RedisThere_IsWarmWithItsScripts()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        Assert.True(redis.Connections.IsWarm);
        Assert.True(redis.Connections.IsReady);
        string sha1 = Convert.ToHexStringLower(RedisUnderTest.Increment.Sha1);
        Assert.Equal("*1", await redis.Server.SendAsync($"SCRIPT EXISTS {sha1}"));
        Assert.DoesNotContain(redis.Logs.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task Start_RedisAway_ReturnsSoonSaysSoOnceAndFindsItLater()
    {
        RedisServer server = await RedisServer.StartAsync();
        await server.KillAsync();
        long began = Stopwatch.GetTimestamp();
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync(server);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 4);
        Assert.False(redis.Connections.IsWarm);
        Assert.True(redis.Connections.IsReady);
        Assert.Null(await redis.IncrementAsync());
        int restored = 0;
        redis.Link.Restored += (_, _) => Interlocked.Increment(ref restored);
        await server.StartAgainAsync();
        await redis.UntilItAnswersAsync();
        redis.AssertNobodyWaitedLonger();
        Assert.True(restored >= 1);
        Assert.True(redis.Link.IsWarm);
        Assert.Equal(1, redis.LinesAbout(RedisConcern.RateLimits, 102));
        Assert.Equal(1, redis.LinesAbout(RedisConcern.RateLimits, 101));
    }

    [Fact]
    public async Task Start_RedisOfTheLocksAway_SaysSoAndGoesOn()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisServer gone = await RedisServer.StartAsync();
        await gone.KillAsync();
        var logs = new LogRecorder();
        await using var connections = new RedisConnections(new RedisOptions { Connection = server.Connection, Locks = [gone.Connection] }, TimeProvider.System, logs);
        await connections.StartAsync();
        Assert.Contains(logs.Lines, line => line.EventId == 102 && line.Text.Contains("Redis for Locks (Gateway:Redis:Locks)", StringComparison.Ordinal));
        await gone.StartAgainAsync();
        await Eventually.TrueAsync(() => connections.Locks[0].IsAvailable, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Start_ServerThatNeverAnswers_ReturnsSoon()
    {
        RedisServer server = await RedisServer.StartAsync();
        server.Pause();
        long began = Stopwatch.GetTimestamp();
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync(server);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 4);
        server.Resume();
        await redis.UntilItAnswersAsync();
    }

    [Fact]
    public async Task Start_WrongPassword_SaysSoWithoutThePassword()
    {
        RedisServer server = await RedisServer.StartAsync("--requirepass", "another");
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync(server, $",password={Secret}");
        Assert.Null(await redis.IncrementAsync());
        Assert.Contains(redis.Logs.Lines, line => line.Text.Contains("Gateway:Redis:Connection", StringComparison.Ordinal));
        Assert.Contains(redis.Logs.Lines, line => line.Text.Contains("AuthenticationFailure", StringComparison.Ordinal));
        Assert.DoesNotContain(redis.Logs.Lines, line => line.Text.Contains(Secret, StringComparison.Ordinal));
        await server.SendAsync($"CONFIG SET requirepass {Secret}", "another");
        await redis.UntilItAnswersAsync();
    }

    [Fact]
    public async Task Start_WrongPasswordForARedisThatComesLater_SaysSo()
    {
        RedisServer server = await RedisServer.StartAsync("--requirepass", "another");
        await server.KillAsync();
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync(server, $",password={Secret}");
        Assert.DoesNotContain("AuthenticationFailure", redis.Link.LastFailure, StringComparison.Ordinal);
        await server.StartAgainAsync();
        await Eventually.TrueAsync(() => redis.Link.LastFailure?.Contains("AuthenticationFailure", StringComparison.Ordinal) is true);
        await server.SendAsync($"CONFIG SET requirepass {Secret}", "another");
        await redis.UntilItAnswersAsync();
    }

    [Theory]
    [InlineData("localhost:6379,pasword=" + Secret, "part 2 of 2")]
    [InlineData("localhost:6379,password=abc," + Secret + "=x", "part 3 of 3")]
    [InlineData("localhost:6379,ssl=" + Secret, "part 2 of 2")]
    [InlineData("password=" + Secret, "names no server")]
    [InlineData("  ", "is not set")]
    public void Construction_UnreadableConnectionString_NamesTheSettingAndNoSecret(string connection, string says)
    {
        var options = new RedisOptions { Connection = "localhost", Sessions = connection };
        ArgumentException mistake = Assert.Throws<ArgumentException>(() => new RedisConnections(options, TimeProvider.System, new LogRecorder()));
        Assert.Contains("Gateway:Redis:Sessions", mistake.Message, StringComparison.Ordinal);
        Assert.Contains(says, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, mistake.ToString(), StringComparison.Ordinal);
    }
}
