using System.Net;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class SessionEndingTests
{
    private static readonly SessionPolicy Policy = new()
    {
        Name = "default",
        Optional = true,
        Token = [TokenSource.Bearer, new TokenSource(TokenSourceKind.Cookie, "__Host-sid"), new TokenSource(TokenSourceKind.Cookie, "old")],
    };

    private readonly InMemorySessionStore _store = new(TimeProvider.System);

    [Fact]
    public async Task Logout_WithASession_EndsItAndItsCookies()
    {
        await using SessionHost host = await SessionHost.StartAsync(Policy, _store, end: Policy);
        string token = (await host.Admin.CreateAsync(Policy, [], TimeSpan.FromHours(1))).Token;

        using HttpResponseMessage response = await host.GetAsync(bearer: null, ("Cookie", $"__Host-sid={token}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ["__Host-sid=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax", "old=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"],
            response.Headers.GetValues("Set-Cookie"));
        Assert.Null(await host.Admin.GetAsync(Policy, token));
        Assert.NotNull(host.Seen[0].Session);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("unknown")]
    [InlineData("a*b")]
    public async Task Logout_WithoutOne_EndsTheCookiesAllTheSame(string? cookie)
    {
        await using SessionHost host = await SessionHost.StartAsync(Policy, _store, end: Policy);

        using HttpResponseMessage response = await host.GetAsync(bearer: null, cookie is null ? [] : [("Cookie", $"__Host-sid={cookie}")]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, response.Headers.GetValues("Set-Cookie").Count());
    }

    [Fact]
    public async Task Logout_StoreIsAway_Is503AndSaysSo()
    {
        await using SessionHost host = await SessionHost.StartAsync(Policy with { WhenRedisFails = SessionOutage.Closed }, new ScriptedStore(), end: Policy);

        using HttpResponseMessage response = await host.GetAsync("anything");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
