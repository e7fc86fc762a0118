using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Redis;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class RedisSessionStoreTests(RedisFixture redis) : SessionStoreContract, IClassFixture<RedisFixture>
{
    private protected override ISessionStore Store { get; } = new RedisSessionStore(redis.Connections.For(RedisConcern.Sessions));

    [Fact]
    public async Task Read_RecordWithoutTimeToLive_HasNone()
    {
        await redis.Foreign.StringSetAsync("forever", "{}");

        SessionRead read = await Store.ReadAsync("forever", new WaitBudget());

        Assert.Equal(SessionReadKind.Found, read.Kind);
        Assert.Null(read.TimeToLive);
    }

    [Fact]
    public async Task Read_KeysOfOtherTypes_AreWrongAndOpenNoCircuit()
    {
        await redis.Foreign.ListLeftPushAsync("a-list", "x");
        await redis.Foreign.HashSetAsync("a-hash", "f", "x");

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(SessionReadKind.WrongType, (await Store.ReadAsync(i % 2 == 0 ? "a-list" : "a-hash", new WaitBudget())).Kind);
        }

        Assert.True(redis.Connections.For(RedisConcern.Sessions).IsAvailable);
    }

    [Fact]
    public async Task Create_WithOwner_ListStandsUnderThePrefixAndEndsWithItsLastSession()
    {
        string owner = Guid.NewGuid().ToString("N");
        await Store.CreateAsync(Session("long", TimeSpan.FromHours(2), owner), new WaitBudget());
        await Store.CreateAsync(Session("short", TimeSpan.FromHours(1), owner), new WaitBudget());

        TimeSpan? left = await redis.Foreign.KeyTimeToLiveAsync($"gw:sessions:{owner}");

        Assert.InRange(left!.Value, TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(120));
    }

    [Fact]
    public async Task Create_WithOwner_DropsTheOwnersEndedSessionsFromTheList()
    {
        string owner = Guid.NewGuid().ToString("N");
        string ended = Guid.NewGuid().ToString("N");
        await Store.CreateAsync(Session(ended, TimeSpan.FromMilliseconds(20), owner), new WaitBudget());
        await Eventually.TrueAsync(async () => !await redis.Foreign.KeyExistsAsync(ended), expected: "the session ends");

        await Store.CreateAsync(Session("live", TimeSpan.FromHours(1), owner), new WaitBudget());

        Assert.Equal(["live"], await Store.ListAsync(owner, new WaitBudget()));
    }

    [Fact]
    public async Task EverythingWritten_HasATimeToLive()
    {
        string owner = Guid.NewGuid().ToString("N");
        string key = Guid.NewGuid().ToString("N");
        await Store.CreateAsync(Session(key, TimeSpan.FromHours(1), owner), new WaitBudget());
        await Store.ExtendAsync(key, TimeSpan.FromMinutes(3), new WaitBudget());

        foreach (RedisKey written in new RedisKey[] { key, $"gw:sessions:{owner}" })
        {
            Assert.NotNull(await redis.Foreign.KeyTimeToLiveAsync(written));
        }
    }

    private static NewSession Session(string key, TimeSpan life, string owner) => new(key, "{}"u8.ToArray(), life, life, owner);
}
