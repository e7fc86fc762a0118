using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>What the admin API relies on, whichever store is behind it.</summary>
public abstract class SessionAdminContract
{
    private readonly SessionPolicy _policy = new() { Name = "default", Sliding = TimeSpan.FromMinutes(30), Key = "sessionInfo:{token}" };
    private readonly string _user = Guid.NewGuid().ToString();

    private protected abstract ISessionStore Store { get; }

    private SessionAdmin Admin => new(Store, new QuietEvents(), TimeProvider.System);

    [Fact]
    public async Task Create_ThenUse_IsAValidSessionWithTheGivenFields()
    {
        CreatedSession created = await Admin.CreateAsync(_policy, new JsonObject { ["user_id"] = _user, ["plan"] = "pro" }, TimeSpan.FromHours(24));
        await using SessionHost host = await SessionHost.StartAsync(_policy, Store);

        using HttpResponseMessage response = await host.GetAsync(created.Token);
        await SessionHost.HeadersAsync(response);

        RequestSession session = host.Seen[0].Session!;
        Assert.Equal((_user, "pro"), (session.User, session.Field("plan")));
        Assert.Matches("^[A-Za-z0-9_-]{43}$", created.Token);
        Assert.InRange(created.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Create_IdleTimeToLiveIsShorter_RecordHasIt()
    {
        CreatedSession created = await Admin.CreateAsync(_policy, [], TimeSpan.FromHours(24));

        SessionDetails session = (await Admin.GetAsync(_policy, created.Token))!;

        Assert.Equal("valid", session.Verdict);
        Assert.InRange(session.TimeToLive!.Value, TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
        Assert.Equal(created.ExpiresAt, DateTimeOffset.Parse((string)session.Record!["expires_at"]!, null));
        Assert.NotEqual(created.Token, (string)session.Record!["id"]!);
    }

    [Fact]
    public async Task Create_FieldsAreRenamed_RecordHasThePolicysNames()
    {
        SessionPolicy policy = _policy with { Fields = new SessionFields { User = "uid", ExpiresAt = "exp", CreatedAt = "iat", Id = "sid", State = "st", Plan = "tier" } };
        var fields = new JsonObject { ["user_id"] = _user, ["session_state"] = "active", ["plan"] = "pro", ["expires_at"] = "given", ["color"] = new JsonArray(1, 2) };

        CreatedSession created = await Admin.CreateAsync(policy, fields, TimeSpan.FromHours(1));

        JsonObject record = (await Admin.GetAsync(policy, created.Token))!.Record!;
        Assert.Equal((_user, "active", "pro"), ((string?)record["uid"], (string?)record["st"], (string?)record["tier"]));
        Assert.Equal(["expires_at", "color", "uid", "st", "tier", "sid", "iat", "exp"], record.Select(field => field.Key));
        Assert.Single(await Admin.OfUsers.ListAsync(policy, _user));
        Assert.Equal("given", (string?)fields["expires_at"]);
    }

    [Fact]
    public async Task RevokeUser_SeveralSessions_EndsThemAllAndNobodyElses()
    {
        var tokens = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            tokens.Add((await Admin.CreateAsync(_policy, new JsonObject { ["user_id"] = _user }, TimeSpan.FromHours(1))).Token);
        }

        CreatedSession other = await Admin.CreateAsync(_policy, new JsonObject { ["user_id"] = _user + "x" }, TimeSpan.FromHours(1));
        Assert.True(await Admin.RevokeAsync(_policy, tokens[0]));
        Assert.Equal(tokens.Skip(1).Order(), (await Admin.OfUsers.ListAsync(_policy, _user)).Select(session => session.Token).Order());

        Assert.Equal(4, await Admin.OfUsers.RevokeAllAsync(_policy, _user));

        Assert.Empty(await Admin.OfUsers.ListAsync(_policy, _user));
        Assert.Equal(0, await Admin.OfUsers.RevokeAllAsync(_policy, _user));
        Assert.Null(await Admin.GetAsync(_policy, tokens[1]));
        Assert.NotNull(await Admin.GetAsync(_policy, other.Token));
    }

    [Fact]
    public async Task Extend_LiveSession_HasANewEndInRecordAndStore()
    {
        SessionPolicy policy = _policy with { Sliding = null };
        CreatedSession created = await Admin.CreateAsync(policy, new JsonObject { ["user_id"] = _user }, TimeSpan.FromMinutes(5));

        SessionDetails extended = (await Admin.ExtendAsync(policy, created.Token, TimeSpan.FromHours(3)))!;

        SessionDetails shown = (await Admin.GetAsync(policy, created.Token))!;
        Assert.Equal((string?)extended.Record!["expires_at"], (string?)shown.Record!["expires_at"]);
        Assert.InRange(DateTimeOffset.Parse((string)shown.Record["expires_at"]!, null) - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(179), TimeSpan.FromMinutes(180));
        Assert.InRange(shown.TimeToLive!.Value, TimeSpan.FromMinutes(179), TimeSpan.FromMinutes(180));
        Assert.Equal(_user, (string?)shown.Record["user_id"]);
        Assert.Null(await Admin.ExtendAsync(policy, "unknown", TimeSpan.FromHours(1)));
        Assert.Null(await Admin.ExtendAsync(policy, "a b", TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task RevokeOne_ById_EndsThatSessionOnly()
    {
        CreatedSession first = await Admin.CreateAsync(_policy, new JsonObject { ["user_id"] = _user, ["id"] = "one" }, TimeSpan.FromHours(1));
        CreatedSession second = await Admin.CreateAsync(_policy, new JsonObject { ["user_id"] = _user, ["id"] = "two" }, TimeSpan.FromHours(1));

        Assert.Equal(1, await Admin.OfUsers.RevokeOneAsync(_policy, _user, "one"));

        Assert.Null(await Admin.GetAsync(_policy, first.Token));
        Assert.NotNull(await Admin.GetAsync(_policy, second.Token));
        Assert.Equal(0, await Admin.OfUsers.RevokeOneAsync(_policy, _user, "none"));
    }

    [Fact]
    public async Task Tenants_SameUserAndToken_HaveSessionsOfTheirOwn()
    {
        SessionPolicy policy = _policy with { Key = "s:{tenant}:{token}", Tenant = new TenantSource("X-Tenant"), HashToken = TokenHash.Sha256, Format = SessionFormat.Hash };
        CreatedSession created = await Admin.CreateAsync(policy, new JsonObject { ["user_id"] = _user }, TimeSpan.FromHours(1), "acme");

        Assert.NotNull(await Admin.GetAsync(policy, created.Token, "acme"));
        Assert.Null(await Admin.GetAsync(policy, created.Token, "other"));
        Assert.Empty(await Admin.OfUsers.ListAsync(policy, _user, "other"));
        Assert.Equal(64, Assert.Single(await Admin.OfUsers.ListAsync(policy, _user, "acme")).Token.Length);
        Assert.Equal(1, (await Admin.CountAsync(policy, "acme")).Active);
        Assert.Equal(0, await Admin.OfUsers.RevokeAllAsync(policy, _user, "other"));
        Assert.Equal(1, await Admin.OfUsers.RevokeAllAsync(policy, _user, "acme"));
        Assert.Equal(0, (await Admin.CountAsync(policy)).Active);
    }

    [Fact]
    public async Task List_ManySessionsThatEnded_IsKeptShort()
    {
        for (int i = 0; i < 100; i++)
        {
            string token = (await Admin.CreateAsync(_policy, new JsonObject { ["user_id"] = _user }, TimeSpan.FromHours(1))).Token;
            // As when it ends by itself: nobody takes it off the list.
            await Store.DeleteAsync($"sessionInfo:{token}", new WaitBudget());
        }

        Assert.InRange((await Store.ListAsync(SessionsOfUsers.OwnerOf(_policy, "", _user), new WaitBudget())).Count, 0, 32);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("*")]
    [InlineData("a:b\r\n")]
    public async Task Token_UnknownOrImpossible_IsNoSession(string token)
    {
        Assert.Null(await Admin.GetAsync(_policy, token));
        Assert.False(await Admin.RevokeAsync(_policy, token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(4000d * 86400)]
    public async Task Create_TimeToLiveOutOfRange_SaysTheRange(double seconds)
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => Admin.CreateAsync(_policy, [], TimeSpan.FromSeconds(seconds)).AsTask());

        Assert.Contains("1 s to 3650 days", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_RecordTooLarge_SaysTheLimit()
    {
        var fields = new JsonObject { ["x"] = new string('x', SessionRecord.MaxBytes) };

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => Admin.CreateAsync(_policy, fields, TimeSpan.FromHours(1)).AsTask());

        Assert.Contains("262144", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"user_id":"\ud800"}""")]
    [InlineData("""{"x":1,"x":2}""")]
    public async Task Create_FieldsNobodyCanRead_AreRefused(string fields)
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => Admin.CreateAsync(_policy, JsonNode.Parse(fields)!.AsObject(), TimeSpan.FromHours(1)).AsTask());

        Assert.Contains("twice", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"user_id":"u1","x":"\ud800"}""")]
    [InlineData("""{"user_id":"u1","x":1,"x":2}""")]
    public async Task Get_RecordNobodyCanPassOn_IsJudgedAndNotShown(string record)
    {
        TimeSpan hour = TimeSpan.FromHours(1);
        await Store.CreateAsync(new NewSession($"sessionInfo:{_user}", System.Text.Encoding.UTF8.GetBytes(record), hour, hour, null), new WaitBudget());

        SessionDetails session = (await Admin.GetAsync(_policy, _user))!;

        Assert.Equal(("valid", null), (session.Verdict, session.Record));
    }
}
