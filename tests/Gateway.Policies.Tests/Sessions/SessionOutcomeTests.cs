using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Redis;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>Every outcome over a real socket, with records that another application wrote to a real Redis.</summary>
public sealed class SessionOutcomeTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _token = Guid.NewGuid().ToString("N");
    private readonly SessionPolicy _policy = new() { Key = "sessionInfo:{token}", Token = [TokenSource.Bearer, new(TokenSourceKind.Cookie, "sid")] };

    [Theory]
    [InlineData("""{"user_id":"u1"}""", "valid")]
    [InlineData("{}", "valid")]
    [InlineData("""{"session_state":"ACTIVE"}""", "valid")]
    [InlineData("""{"session_state":"none"}""", "valid")]
    [InlineData("""{"session_state":null,"expires_at":null}""", "valid")]
    [InlineData("""{"expires_at":4102444800}""", "valid")]
    [InlineData("""{"expires_at":"4102444800"}""", "valid")]
    [InlineData("""{"expires_at":4102444800000}""", "valid")]
    [InlineData("""{"expires_at":"2100-01-01T00:00:00+02:00"}""", "valid")]
    [InlineData("""{"expires_at":"2020-01-01T00:00:00Z"}""", "expired")]
    [InlineData("""{"expires_at":1577836800}""", "expired")]
    [InlineData("""{"expires_at":"1577836800.5"}""", "expired")]
    [InlineData("""{"expires_at":0}""", "expired")]
    [InlineData("""{"session_state":"revoked"}""", "state")]
    [InlineData("""{"session_state":""}""", "state")]
    [InlineData("""{"session_state":7}""", "state")]
    [InlineData("""{"session_state":{"active":true}}""", "state")]
    [InlineData("""{"expires_at":"soon"}""", "corrupt")]
    [InlineData("""{"expires_at":true}""", "corrupt")]
    [InlineData("""{"expires_at":{}}""", "corrupt")]
    [InlineData("""{"expires_at":1e400}""", "corrupt")]
    [InlineData("""{"expires_at":"\ud800"}""", "corrupt")]
    [InlineData("", "corrupt")]
    [InlineData("u1", "corrupt")]
    [InlineData("[]", "corrupt")]
    [InlineData("null", "corrupt")]
    [InlineData("\"text\"", "corrupt")]
    [InlineData("""{"user_id":""", "corrupt")]
    [InlineData("""{"user_id":"u1"} trailing""", "corrupt")]
    public async Task Request_RecordOfAnotherApplication_HasTheOutcome(string record, string outcome)
    {
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}", record);
        await using SessionHost host = await StartAsync();

        using HttpResponseMessage response = await host.GetAsync(_token);

        Assert.Equal(outcome, host.LastOutcome);
        Assert.Equal(outcome == "valid" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Request_RecordIsDeepOrHugeOrNoUnicode_IsCorrupt()
    {
        byte[][] records =
        [
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 5000))),
            Encoding.UTF8.GetBytes($$"""{"user_id":"{{new string('x', 300_000)}}"}"""),
            [.. "{\"expires_at\":\""u8, 0xFF, 0xFE, .. "\"}"u8],
            [0, 1, 2, 0xFF],
        ];
        await using SessionHost host = await StartAsync();
        foreach (byte[] record in records)
        {
            await redis.Foreign.StringSetAsync($"sessionInfo:{_token}", record);

            using HttpResponseMessage response = await host.GetAsync(_token);

            Assert.Equal((HttpStatusCode.Unauthorized, "corrupt"), (response.StatusCode, host.LastOutcome));
        }
    }

    [Fact]
    public async Task Request_UserIsNoUnicode_IsValidWithoutUser()
    {
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}", (RedisValue)(byte[])[.. "{\"user_id\":\""u8, 0xFF, .. "\",\"plan\":\"\\ud800\"}"u8]);
        await using SessionHost host = await StartAsync(_policy with { Forward = new Dictionary<string, string> { ["X-Plan"] = "plan" } });

        using HttpResponseMessage response = await host.GetAsync(_token);

        Assert.Null((await SessionHost.HeadersAsync(response))["x-plan"]);
        Assert.Null(host.Seen[^1].Session!.User);
    }

    [Fact]
    public async Task Request_KeyIsAHash_IsCorrupt()
    {
        await redis.Foreign.HashSetAsync($"sessionInfo:{_token}", "user_id", "u1");
        await using SessionHost host = await StartAsync();

        using HttpResponseMessage response = await host.GetAsync(_token);

        Assert.Equal((HttpStatusCode.Unauthorized, "corrupt"), (response.StatusCode, host.LastOutcome));
    }

    [Fact]
    public async Task Request_NoRecord_IsUnknown()
    {
        await using SessionHost host = await StartAsync();

        using HttpResponseMessage response = await host.GetAsync(_token);

        Assert.Equal((HttpStatusCode.Unauthorized, "unknown"), (response.StatusCode, host.LastOutcome));
    }

    [Fact]
    public async Task Request_EveryRefusal_LooksTheSame()
    {
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}e", """{"expires_at":1}""");
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}s", """{"session_state":"revoked"}""");
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}c", "not json");
        await using SessionHost host = await StartAsync();
        var seen = new HashSet<string>();
        foreach (string? token in new[] { null, $"{_token}e", $"{_token}s", $"{_token}c", $"{_token}unknown", "mal formed" })
        {
            using HttpResponseMessage response = await host.GetAsync(token);
            JsonObject body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
            Assert.True(body.Remove("traceId"));
            response.Headers.Date = null;
            seen.Add($"{response.StatusCode} {response.Content.Headers.ContentType} {response.Headers} {body.ToJsonString()}");
        }

        string only = Assert.Single(seen);
        Assert.Contains("Unauthorized application/problem+json", only, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate: Bearer realm=\"gateway\"", only, StringComparison.Ordinal);
        Assert.Equal(["missing", "expired", "state", "corrupt", "unknown", "malformed"], host.Seen.Select(request => request.SessionOutcome));
    }

    [Fact]
    public async Task Session_OfAnAdmittedRequest_GivesUserFieldsAndAnIdThatIsNotTheToken()
    {
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}", """{"user_id":42,"plan":"pro","org":{"unit":{"name":"blue"}},"a.b":"dotted","ok":true}""");
        await using SessionHost host = await StartAsync();

        using HttpResponseMessage first = await host.GetAsync(_token);
        using HttpResponseMessage second = await host.GetAsync(null, ("Cookie", $"sid={_token}"));

        RequestSession session = host.Seen[0].Session!;
        Assert.Equal(("42", "pro", "blue"), (session.User, session.Field("plan"), session.Field("org.unit.name")));
        Assert.Equal(("dotted", "true", null, null), (session.Field("a.b"), session.Field("ok"), session.Field("none"), session.Field("org.none.name")));
        Assert.Equal(session.Id, host.Seen[1].Session!.Id);
        Assert.NotEqual(UInt128.Zero, session.Id);
    }

    [Fact]
    public async Task Prefetch_RequestIsRejectedBeforeTheSession_NothingIsExtended()
    {
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}", "{}", TimeSpan.FromMinutes(1));
        await using SessionHost host = await SessionHost.StartAsync(
            _policy with { Sliding = TimeSpan.FromMinutes(30) },
            new RedisSessionStore(redis.Connections.For(RedisConcern.Sessions)),
            before: next => context =>
            {
                context.Response.StatusCode = context.Request.Path == "/limited" ? 429 : 200;
                return context.Request.Path == "/limited" ? Task.CompletedTask : next(context);
            });

        using HttpResponseMessage limited = await host.SendAsync("/limited", ("Authorization", $"Bearer {_token}"));
        TimeSpan? afterLimited = await redis.Foreign.KeyTimeToLiveAsync($"sessionInfo:{_token}");
        using HttpResponseMessage admitted = await host.GetAsync(_token);

        Assert.Equal((429, HttpStatusCode.OK), ((int)limited.StatusCode, admitted.StatusCode));
        Assert.True(afterLimited <= TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(
            async () => await redis.Foreign.KeyTimeToLiveAsync($"sessionInfo:{_token}") > TimeSpan.FromMinutes(29), expected: "the admitted use extends");
    }

    [Fact]
    public async Task Explain_ValidSession_SaysWhereAndUntilWhenWithoutTheTokenAndWithoutExtending()
    {
        await redis.Foreign.StringSetAsync($"sessionInfo:{_token}", """{"user_id":"u1","expires_at":4102444800}""", TimeSpan.FromMinutes(1));
        await using SessionHost host = await StartAsync(_policy with { Sliding = TimeSpan.FromMinutes(30) });

        using HttpResponseMessage response = await host.SendAsync("/explain", ("Cookie", $"sid={_token}"));
        string text = await response.Content.ReadAsStringAsync();

        Assert.Equal(
            """{"policy":"default","token":"Cookie:sid","verdict":"valid","admitted":true,"expires":"2100-01-01T00:00:00.0000000\u002B00:00","user":true}""", text);
        Assert.True(await redis.Foreign.KeyTimeToLiveAsync($"sessionInfo:{_token}") <= TimeSpan.FromMinutes(1));
    }

    private Task<SessionHost> StartAsync(SessionPolicy? policy = null) =>
        SessionHost.StartAsync(policy ?? _policy, new RedisSessionStore(redis.Connections.For(RedisConcern.Sessions)));
}
