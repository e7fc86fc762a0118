using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class SharingTests
{
    private string _cacheControl = "max-age=60";
    private string _vary = "";

    [Theory]
    [InlineData("max-age=60", false)]
    [InlineData("max-age=60, public", true)]
    [InlineData("max-age=60, must-revalidate", true)]
    [InlineData("s-maxage=60", true)]
    public async Task Authorization_IsSharedOnlyWhereTheResponseAllows_Rfc9111_3_5(string cacheControl, bool shared)
    {
        _cacheControl = cacheControl;
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        await gateway.GetAsync("/me", "Authorization: Basic YTph");
        Answer second = await gateway.GetAsync("/me", "Authorization: Basic Yjpi");

        Assert.Equal(shared, second.IsHit);
        Assert.Equal(shared ? "Basic YTph" : "Basic Yjpi", second.Body);
    }

    [Fact]
    public async Task Session_ByDefault_SharesNothingUnlessTheResponseAllows_Rfc9111_3_5()
    {
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address, before: SetSession);

        await gateway.GetAsync("/me", "X-Session: ann");

        Assert.Equal("bob", (await gateway.GetAsync("/me", "X-Session: bob")).Body);
        Assert.Equal("ann", (await gateway.GetAsync("/me", "X-Session: ann")).Body);
    }

    [Fact]
    public async Task PerUser_KeepsAnEntryForEachUser()
    {
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { PerUser = true }, destination.Address, before: SetSession);
        await gateway.GetAsync("/me", "X-Session: ann");
        await gateway.GetAsync("/me", "X-Session: bob");

        Answer ann = await gateway.GetAsync("/me", "X-Session: ann");
        Answer bob = await gateway.GetAsync("/me", "X-Session: bob");

        Assert.Equal((true, "ann", true, "bob"), (ann.IsHit, ann.Body, bob.IsHit, bob.Body));
        Assert.Equal(2, destination.Requests.Count);
    }

    [Fact]
    public async Task Shared_IsOneEntryForAllSessions()
    {
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { Shared = true }, destination.Address, before: SetSession);
        await gateway.GetAsync("/me", "X-Session: ann");

        Assert.True((await gateway.GetAsync("/me", "X-Session: bob")).IsHit);
    }

    [Fact]
    public async Task Vary_KeepsAVariantForEachValue_Rfc9111_4_1()
    {
        _vary = "X-Session, Accept-Encoding";
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/v", "X-Session: 1", "Accept-Encoding: gzip, br");
        await gateway.GetAsync("/v", "X-Session: 2", "Accept-Encoding: gzip, br");

        Answer one = await gateway.GetAsync("/v", "X-Session: 1", "Accept-Encoding: br,gzip");
        Answer two = await gateway.GetAsync("/v", "X-Session: 2", "Accept-Encoding: GZIP,br");
        Answer three = await gateway.GetAsync("/v", "X-Session: 1", "Accept-Encoding: identity");

        Assert.Equal((true, "1", true, "2"), (one.IsHit, one.Body, two.IsHit, two.Body));
        Assert.Equal("gateway; fwd=vary-miss; stored", three.CacheStatus);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("X-Session, *")]
    public async Task VaryAny_IsNeverReused_Rfc9111_4_1(string vary)
    {
        _vary = vary;
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/v");

        Assert.False((await gateway.GetAsync("/v")).IsHit);
    }

    [Theory]
    [InlineData("/Path", "/path")]
    [InlineData("/a?x=1&y=2", "/a?y=2&x=1")]
    [InlineData("/a?X=1", "/a?x=1")]
    [InlineData("/a?", "/a")]
    [InlineData("/a%20b", "/a+b")]
    public async Task Key_OfUrlsThatDiffer_Differs(string one, string other)
    {
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync(one);

        Assert.False((await gateway.GetAsync(other)).IsHit);
    }

    [Theory]
    [InlineData("X-Forwarded-Host: evil.example")]
    [InlineData("X-Forwarded-Scheme: http")]
    [InlineData("X-Host: evil.example")]
    [InlineData("Forwarded: host=evil.example")]
    public async Task UnkeyedField_ThatDestinationsRead_CannotPoisonOthers(string field)
    {
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a", field);

        Assert.False((await gateway.GetAsync("/a")).IsHit);
    }

    [Theory]
    [InlineData("/a", "X-HTTP-Method-Override: DELETE", "override-field")]
    [InlineData("/a", "X-Original-URL: /admin", "override-field")]
    [InlineData("/a%2Fb", null, "ambiguous-path")]
    [InlineData("/a;x.css", null, "ambiguous-path")]
    [InlineData("/a%252Fb", null, "ambiguous-path")]
    public async Task Request_ThatServersReadDifferently_GoesPastTheCache(string path, string? field, string reason)
    {
        await using Destination destination = await Destination.StartAsync(WhoAmI);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer answer = await gateway.GetAsync(path, field is null ? [] : [field]);

        Assert.Equal($"gateway; fwd=bypass; detail={reason}", answer.CacheStatus);
    }

    [Fact]
    public async Task SetCookie_IsNotStored()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers.SetCookie = "id=1";
            return WhoAmI(context);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer first = await gateway.GetAsync("/a");

        Assert.Equal("id=1", first.Fields["Set-Cookie"]);
        Assert.False((await gateway.GetAsync("/a")).IsHit);
    }

    [Fact]
    public async Task GetWithABody_GoesPastTheCache()
    {
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync());
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        using var fat = new HttpRequestMessage(HttpMethod.Get, "/a") { Content = new StringContent("evil") };

        using HttpResponseMessage answer = await gateway.Client.SendAsync(fat);

        Assert.Equal("evil", await answer.Content.ReadAsStringAsync());
        Assert.Equal("", (await gateway.GetAsync("/a")).Body);
    }

    private static void SetSession(HttpContext context) =>
        GatewayRequest.Of(context).Session = new TestSession(context.Request.Headers["X-Session"].ToString());

    private Task WhoAmI(HttpContext context)
    {
        context.Response.Headers.CacheControl = _cacheControl;
        if (_vary.Length > 0)
        {
            context.Response.Headers.Vary = _vary;
        }

        return context.Response.WriteAsync($"{context.Request.Headers.Authorization}{context.Request.Headers["X-Session"]}");
    }

    private sealed class TestSession(string user) : RequestSession
    {
        public override UInt128 Id => 1;

        public override string? User => user;

        public override string? Field(string name) => null;
    }
}
