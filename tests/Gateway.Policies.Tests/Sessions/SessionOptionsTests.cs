using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class SessionOptionsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TokenSource[] BearerOrCookie = [TokenSource.Bearer, new(TokenSourceKind.Cookie, "sid")];
    private readonly string _token = Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData(null, null, 200, "anonymous")]
    [InlineData("good", null, 200, "valid")]
    [InlineData(null, "good", 200, "valid")]
    [InlineData("unknown", null, 401, "unknown")]
    [InlineData("a b", null, 401, "malformed")]
    [InlineData(null, "unknown", 200, "anonymous")]
    [InlineData(null, "a*b", 200, "anonymous")]
    [InlineData(null, "gone", 200, "anonymous")]
    [InlineData("unknown", "good", 401, "unknown")]
    public async Task Optional_TokenOrNone_PassesAsItselfOrNobody(string? bearer, string? cookie, int status, string outcome)
    {
        await redis.Foreign.StringSetAsync("session:good", """{"user_id":"u1"}""");
        await redis.Foreign.StringSetAsync("session:gone", """{"user_id":"u1","expires_at":1}""");
        await using SessionHost host = await StartAsync(new SessionPolicy { Optional = true, Token = BearerOrCookie, Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id" } });

        using HttpResponseMessage response = await host.GetAsync(bearer, [("X-User-Id", "forged"), .. cookie is null ? [] : new[] { ("Cookie", $"sid={cookie}") }]);

        Assert.Equal((status, outcome), ((int)response.StatusCode, host.LastOutcome));
        if (status == 200)
        {
            Assert.Equal(outcome == "valid" ? "u1" : null, (string?)(await SessionHost.HeadersAsync(response))["x-user-id"]);
        }
    }

    [Theory]
    [InlineData("""{"role":"admin","org":{"plan":"pro"}}""", 200)]
    [InlineData("""{"role":["user","admin"],"org.plan":"pro"}""", 200)]
    [InlineData("""{"role":"user","org":{"plan":"pro"}}""", 403)]
    [InlineData("""{"role":"Admin","org":{"plan":"pro"}}""", 403)]
    [InlineData("""{"role":"admin"}""", 403)]
    [InlineData("""{"role":null,"org":{"plan":"pro"}}""", 403)]
    [InlineData("""{"role":["\ud800"],"org":{"plan":"pro"}}""", 403)]
    public async Task Require_FieldsOfTheSession_AdmitOrForbid(string record, int status)
    {
        await redis.Foreign.StringSetAsync($"session:{_token}", record, TimeSpan.FromMinutes(1));
        var policy = new SessionPolicy { Sliding = TimeSpan.FromMinutes(30), Require = new Dictionary<string, IReadOnlyList<string>> { ["role"] = ["owner", "admin"] } };
        await using SessionHost host = await SessionHost.StartAsync(policy, Store(), require: new Dictionary<string, IReadOnlyList<string>> { ["org.plan"] = ["pro"] });

        using HttpResponseMessage response = await host.GetAsync(_token);
        using HttpResponseMessage again = await host.GetAsync(_token);

        Assert.Equal((status, status), ((int)response.StatusCode, (int)again.StatusCode));
        if (status == 403)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("forbidden", host.LastOutcome);
            Assert.True(await redis.Foreign.KeyTimeToLiveAsync($"session:{_token}") <= TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Require_OptionalAndNobody_Is401()
    {
        await using SessionHost host = await SessionHost.StartAsync(
            new SessionPolicy { Optional = true }, Store(), require: new Dictionary<string, IReadOnlyList<string>> { ["role"] = ["admin"] });

        using HttpResponseMessage response = await host.GetAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("acme", 200)]
    [InlineData("other", 401)]
    [InlineData("", 401)]
    [InlineData("acme:", 401)]
    [InlineData("*", 401)]
    [InlineData("acme,acme", 401)]
    [InlineData("ac\u00e9me", 401)]
    public async Task Tenant_OfAHeader_NamesOnlyItsOwnSessions(string tenant, int status)
    {
        await redis.Foreign.StringSetAsync($"session:acme:{_token}", """{"user_id":"u1"}""");
        await using SessionHost host = await StartAsync(new SessionPolicy { Key = "session:{tenant}:{token}", Tenant = new TenantSource("X-Tenant") });

        using HttpResponseMessage response = await host.GetAsync(_token, ("X-Tenant", tenant));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? "acme/u1" : null, host.Seen[0].Session?.User);
    }

    [Fact]
    public async Task Tenant_OfTheHost_IsItsNameInLowerCase()
    {
        await redis.Foreign.StringSetAsync($"session:api.acme.example:{_token}", "{}");
        await using SessionHost host = await StartAsync(new SessionPolicy { Key = "session:{tenant}:{token}", Tenant = new TenantSource(Header: null) });

        using HttpResponseMessage named = await host.GetAsync(_token, ("Host", "API.acme.example:8080"));
        using HttpResponseMessage other = await host.GetAsync(_token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (named.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task HashToken_RawTokenIsNoKey_ItsHashIs()
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(_token)));
        await redis.Foreign.StringSetAsync($"session:{hash}", "{}");
        await redis.Foreign.StringSetAsync("session:raw", "{}");
        await using SessionHost host = await StartAsync(new SessionPolicy { HashToken = TokenHash.Sha256 });

        using HttpResponseMessage good = await host.GetAsync(_token);
        using HttpResponseMessage raw = await host.GetAsync("raw");
        using HttpResponseMessage stolen = await host.GetAsync(hash);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (good.StatusCode, raw.StatusCode, stolen.StatusCode));
    }

    [Fact]
    public async Task Format_Hash_IsReadExtendedAndJudgedLikeJson()
    {
        string key = $"session:{_token}";
        await redis.Foreign.HashSetAsync(key, [new("user_id", "u1"), new("session_state", "ACTIVE"), new("expires_at", "4102444800"), new("seats", 3)]);
        await redis.Foreign.KeyExpireAsync(key, TimeSpan.FromMinutes(1));
        await redis.Foreign.HashSetAsync($"{key}-expired", "expires_at", 1);
        await redis.Foreign.HashSetAsync($"{key}-corrupt", "expires_at", "soon");
        await redis.Foreign.StringSetAsync($"{key}-string", "{}");
        await using SessionHost host = await StartAsync(new SessionPolicy
        {
            Format = SessionFormat.Hash,
            Sliding = TimeSpan.FromMinutes(30),
            Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id", ["X-Seats"] = "seats" },
        });

        using HttpResponseMessage response = await host.GetAsync(_token);
        JsonObject headers = await SessionHost.HeadersAsync(response);

        Assert.Equal(("u1", "3"), ((string?)headers["x-user-id"], (string?)headers["x-seats"]));
        await Gateway.Testing.Eventually.TrueAsync(async () => await redis.Foreign.KeyTimeToLiveAsync(key) > TimeSpan.FromMinutes(29));
        foreach ((string suffix, string outcome) in new[] { ("-expired", "expired"), ("-corrupt", "corrupt"), ("-string", "corrupt"), ("-none", "unknown") })
        {
            using HttpResponseMessage refused = await host.GetAsync(_token + suffix);
            Assert.Equal((HttpStatusCode.Unauthorized, outcome), (refused.StatusCode, host.LastOutcome));
        }
    }

    [Theory]
    [InlineData("""{"created_at":"1970-01-01T00:00:00Z"}""", 59, "valid")]
    [InlineData("""{"created_at":"1970-01-01T00:00:00Z"}""", 60, "expired")]
    [InlineData("""{"created_at":0,"expires_at":30}""", 31, "expired")]
    [InlineData("""{"created_at":0,"expires_at":4102444800}""", 61, "expired")]
    [InlineData("""{"created_at":"9999-12-31T23:59:59Z"}""", 61, "valid")]
    [InlineData("""{"expires_at":4102444800}""", 1, "expired")]
    [InlineData("""{"created_at":"soon"}""", 1, "corrupt")]
    [InlineData("""{"created_at":[]}""", 1, "corrupt")]
    public async Task MaxLifetime_CountedFromTheRecordsCreation_EndsIt(string record, double seconds, string outcome)
    {
        var setup = new LookupSetup(new SessionPolicy { MaxLifetime = TimeSpan.FromMinutes(1) });
        setup.Time.Advance(TimeSpan.FromSeconds(seconds));
        setup.Answer(record);

        Assert.Equal(outcome, (await setup.ReadAsync()).Outcome.Name());
    }

    [Theory]
    [InlineData(39, "valid")]
    [InlineData(40.1, "expired")]
    public async Task ClockSkew_ExpiryPassedALittle_IsStillBelieved(double seconds, string outcome)
    {
        var setup = new LookupSetup(new SessionPolicy { ClockSkew = TimeSpan.FromSeconds(30) });
        setup.Lookups.Trust.Regain();
        setup.Time.Advance(TimeSpan.FromSeconds(seconds));
        setup.Answer("""{"expires_at":10}""");

        Assert.Equal(outcome, (await setup.ReadAsync()).Outcome.Name());
        setup.Time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Null(setup.Recall());
    }

    [Fact]
    public async Task Sign_ForwardedFields_CanBeVerifiedAndNotForged()
    {
        await redis.Foreign.StringSetAsync($"session:{_token}", """{"user_id":"Zoë","role":"admin\r\nX-Evil: 1"}""");
        var policy = new SessionPolicy
        {
            Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id", ["X-Role"] = "role", ["X-None"] = "none" },
            Sign = new SessionSignature { Secret = "0123456789abcdef0123456789abcdef" },
        };
        await using SessionHost host = await StartAsync(policy);

        using HttpResponseMessage response = await host.GetAsync(_token, ("X-Identity-Signature", "t=1,v1=00"), ("X_Identity_Signature", "t=1,v1=00"), ("x-none", "x"));
        JsonObject headers = await SessionHost.HeadersAsync(response);

        Assert.Null(headers["x_identity_signature"]);
        Assert.Null(headers["x-evil"]);
        string[] signature = ((string)headers["x-identity-signature"]!).Split(",v1=");
        string time = signature[0]["t=".Length..];
        string text = $"{time}\nx-role:{headers["x-role"]}\nx-user-id:{headers["x-user-id"]}";
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData("0123456789abcdef0123456789abcdef"u8, Encoding.ASCII.GetBytes(text))), signature[1]);
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(time, null), 0, 60);
    }

    [Fact]
    public async Task ApiKey_OfAHeaderWithItsOwnTemplate_IsASessionWithoutAnIdleEnd()
    {
        await redis.Foreign.StringSetAsync($"apikey:{_token}", """{"client":"billing"}""");
        await redis.Foreign.StringSetAsync("session:user", "{}");
        await using SessionHost host = await StartAsync(new SessionPolicy
        {
            Token = [new TokenSource(TokenSourceKind.Header, "X-Api-Key")],
            Key = "apikey:{token}",
            Forward = new Dictionary<string, string> { ["X-Client"] = "client" },
        });

        using HttpResponseMessage response = await host.GetAsync(bearer: null, ("X-Api-Key", _token));
        using HttpResponseMessage user = await host.GetAsync("user");

        Assert.Equal("billing", (string?)(await SessionHost.HeadersAsync(response))["x-client"]);
        Assert.Equal(HttpStatusCode.Unauthorized, user.StatusCode);
        Assert.Null(await redis.Foreign.KeyTimeToLiveAsync($"apikey:{_token}"));
    }

    private RedisSessionStore Store() => new(redis.Connections.For(RedisConcern.Sessions));

    private Task<SessionHost> StartAsync(SessionPolicy policy) => SessionHost.StartAsync(policy, Store());
}
