using System.Net;
using Gateway.Policies.Redis;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class SlidingTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan HalfHour = TimeSpan.FromMinutes(30);
    private readonly string _token = Guid.NewGuid().ToString("N");

    private string Key => $"session:{_token}";

    // Sliding 30 min, so a tenth is 3 min. -1: none.
    [Theory]
    [InlineData(1, -1, 30)]
    [InlineData(26.9, -1, 30)]
    [InlineData(27.1, -1, -1)]
    [InlineData(30, -1, -1)]
    [InlineData(1440, -1, -1)]
    [InlineData(-1, -1, 30)]
    [InlineData(-1, 10, 10)]
    [InlineData(1, 10, 10)]
    [InlineData(9, 10, -1)]
    [InlineData(1, 2, -1)]
    public void Due_TimesLeft_GiveTheNewTimeToLive(double leftMinutes, double expiryMinutes, double targetMinutes)
    {
        static TimeSpan? Minutes(double value) => value < 0 ? null : TimeSpan.FromMinutes(value);

        Assert.Equal(Minutes(targetMinutes), SlidingExtension.Due(HalfHour, Minutes(leftMinutes), Minutes(expiryMinutes)));
    }

    [Fact]
    public async Task Use_LittleTimeLeft_ExtendsOnceForManyRequests()
    {
        await redis.Foreign.StringSetAsync(Key, "{}", TimeSpan.FromMinutes(5));
        await using SessionHost host = await StartAsync();
        using (await host.GetAsync(_token))
        {
            await Eventually.TrueAsync(async () => await LeftAsync() > TimeSpan.FromMinutes(29));
        }

        long before = await ExpireCallsAsync();
        for (int i = 0; i < 50; i++)
        {
            using HttpResponseMessage response = await host.GetAsync(_token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(before, await ExpireCallsAsync());
    }

    [Fact]
    public async Task Use_RecordExpiresSooner_IsNotExtendedBeyondIt()
    {
        long expiry = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 600;
        await redis.Foreign.StringSetAsync(Key, $$"""{"expires_at":{{expiry}}}""", TimeSpan.FromMinutes(1));
        await using SessionHost host = await StartAsync();

        using HttpResponseMessage response = await host.GetAsync(_token);

        await Eventually.TrueAsync(async () => await LeftAsync() > TimeSpan.FromMinutes(9));
        Assert.True(await LeftAsync() <= TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Use_RecordWithoutTimeToLive_GetsOne()
    {
        await redis.Foreign.StringSetAsync(Key, "{}");
        await using SessionHost host = await StartAsync();

        using HttpResponseMessage response = await host.GetAsync(_token);

        await Eventually.TrueAsync(async () => await LeftAsync() is { } left && left > TimeSpan.FromMinutes(29));
    }

    [Fact]
    public async Task Use_LongerTimeToLiveOrNoSliding_IsLeftAlone()
    {
        await redis.Foreign.StringSetAsync(Key, "{}", TimeSpan.FromHours(24));
        await using SessionHost sliding = await StartAsync();
        await using SessionHost plain = await SessionHost.StartAsync(new SessionPolicy(), Store());
        long before = await ExpireCallsAsync();

        using HttpResponseMessage first = await sliding.GetAsync(_token);
        using HttpResponseMessage second = await plain.GetAsync(_token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(before, await ExpireCallsAsync());
    }

    [Fact]
    public async Task Use_SessionIsRefused_IsNotExtended()
    {
        await redis.Foreign.StringSetAsync(Key, """{"session_state":"revoked"}""", TimeSpan.FromMinutes(1));
        await using SessionHost host = await StartAsync();
        long before = await ExpireCallsAsync();

        using HttpResponseMessage response = await host.GetAsync(_token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(before, await ExpireCallsAsync());
    }

    private RedisSessionStore Store() => new(redis.Connections.For(RedisConcern.Sessions));

    private Task<SessionHost> StartAsync() => SessionHost.StartAsync(new SessionPolicy { Sliding = HalfHour }, Store());

    private Task<TimeSpan?> LeftAsync() => redis.Foreign.KeyTimeToLiveAsync(Key);

    private async Task<long> ExpireCallsAsync()
    {
        string stats = (string?)await redis.Foreign.ExecuteAsync("INFO", "commandstats") ?? "";
        return stats.Split('\n')
            .Where(line => line.StartsWith("cmdstat_pexpire:", StringComparison.Ordinal) || line.StartsWith("cmdstat_expire:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split("calls=")[1].Split(',')[0], null));
    }
}
