using Gateway.Policies.Redis;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Redis;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class RedisSessionAdminTests(RedisFixture redis) : SessionAdminContract, IClassFixture<RedisFixture>
{
    private protected override ISessionStore Store { get; } = new RedisSessionStore(redis.Connections.For(RedisConcern.Sessions));

    [Fact]
    public async Task RevokeUser_AThousandSessions_EndsThemAllAndLeavesNoList()
    {
        var admin = new SessionAdmin(Store, new QuietEvents(), TimeProvider.System);
        var policy = new SessionPolicy();
        for (int i = 0; i < 1000; i++)
        {
            await admin.CreateAsync(policy, new() { ["user_id"] = "busy" }, TimeSpan.FromHours(1));
        }

        Assert.Equal(1000, (await admin.OfUsers.ListAsync(policy, "busy")).Count);
        Assert.Equal(1000, await admin.OfUsers.RevokeAllAsync(policy, "busy"));

        Assert.Empty(await admin.OfUsers.ListAsync(policy, "busy"));
    }

    [Fact]
    public async Task Get_RecordOfAnotherApplicationIsCorrupt_SaysSo()
    {
        await redis.Foreign.StringSetAsync("session:foreign", "not json");

        SessionDetails session = (await new SessionAdmin(Store, new QuietEvents(), TimeProvider.System).GetAsync(new SessionPolicy(), "foreign"))!;

        Assert.Equal(("corrupt", null), (session.Verdict, session.Record));
    }
}
