using System.Globalization;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>What a policy adds to the RFC, over the wire.</summary>
public sealed class PolicyOptionsTests
{
    private readonly SteppedTime _time = new();
    private int _fetches;
    private string _control = "max-age=60";
    private int _status = 200;

    public PolicyOptionsTests() => _time.Advance(TimeSpan.FromDays(20_000));

    [Theory]
    [InlineData("404", "10s", 404, "", 5, true)]
    [InlineData("404", "10s", 404, "", 11, false)]
    [InlineData("4xx", "10s", 403, "", 5, true)]
    [InlineData("5xx", "10s", 503, "", 5, true)]
    [InlineData("4XX", "10s", 200, "", 0, false)]
    [InlineData("404", "10s", 404, "max-age=60", 30, true)]
    [InlineData("404", "0s", 404, "max-age=60", 0, false)]
    [InlineData("4xx", "0s", 404, "max-age=60", 0, false)]
    [InlineData("404", "10s", 404, "no-store", 0, false)]
    [InlineData("404", "10s", 404, "private", 0, false)]
    public async Task StatusTtl_FillsInWhereTheResponseSaysNothing(string name, string ttl, int status, string control, double later, bool reused)
    {
        (_status, _control) = (status, control);
        var lifetimes = new Dictionary<string, TimeSpan> { [name] = TimeSpan.FromSeconds(int.Parse(ttl[..^1], CultureInfo.InvariantCulture)) };
        await using Pair pair = await StartAsync(new CachePolicy { StatusTtl = lifetimes });
        await pair.Gateway.GetAsync("/a");
        _time.Advance(TimeSpan.FromSeconds(later));

        Assert.Equal((status, reused), await ToldAsync(pair, "/a"));
    }

    [Theory]
    [InlineData(false, false, "max-age=60", 30, true)]
    [InlineData(true, false, "max-age=60", 30, false)]
    [InlineData(true, false, "max-age=1", 5, true)]
    [InlineData(true, false, "no-store", 0, false)]
    [InlineData(true, false, "private", 0, false)]
    [InlineData(true, false, "no-cache", 0, false)]
    [InlineData(false, true, "no-store", 5, true)]
    [InlineData(false, true, "private", 5, true)]
    [InlineData(false, true, "no-cache", 5, true)]
    [InlineData(false, true, "max-age=60", 30, false)]
    public async Task Ttl_WinsAsFarAsOverrideAndForceSay(bool overrides, bool force, string control, double later, bool reused)
    {
        _control = control;
        await using Pair pair = await StartAsync(new CachePolicy { Ttl = TimeSpan.FromSeconds(10), Override = overrides, Force = force });
        await pair.Gateway.GetAsync("/a");
        _time.Advance(TimeSpan.FromSeconds(later));

        Assert.Equal((200, reused), await ToldAsync(pair, "/a"));
    }

    /// <summary>Force is about what the response says of itself, never about whom it is for.</summary>
    [Theory]
    [InlineData("Set-Cookie: a=b", null)]
    [InlineData("Vary: *", null)]
    [InlineData(null, "Authorization: Basic abc")]
    public async Task Force_NeverSharesWhatIsSomebodys(string? says, string? asks)
    {
        await using Pair pair = await StartAsync(new CachePolicy { Ttl = TimeSpan.FromSeconds(10), Force = true }, context =>
        {
            if (says is not null)
            {
                context.Response.Headers[says.Split(": ")[0]] = says.Split(": ")[1];
            }
        });
        string[] fields = asks is null ? [] : [asks];
        await pair.Gateway.GetAsync("/a", fields);

        Assert.False((await pair.Gateway.GetAsync("/a", fields)).IsHit);
    }

    [Theory]
    [InlineData("/a?utm_source=x&id=1", "/a?id=1", true)]
    [InlineData("/a?id=1&utm_medium=y", "/a?utm_source=z&id=1", true)]
    [InlineData("/a?ref=1", "/a", true)]
    [InlineData("/a?id=1", "/a?id=2", false)]
    [InlineData("/a?REF=1", "/a", false)]
    [InlineData("/a?ref[]=1", "/a", false)]
    [InlineData("/a?utm_x=1;id=2", "/a", false)]
    [InlineData("/a?id=1&b=2", "/a?b=2&id=1", false)]
    public async Task IgnoreQuery_LeavesParametersOutOfTheKey(string first, string second, bool reused)
    {
        await using Pair pair = await StartAsync(new CachePolicy { IgnoreQuery = ["utm_*", "ref"] });
        await pair.Gateway.GetAsync(first);

        Assert.Equal((200, reused), await ToldAsync(pair, second));
    }

    [Theory]
    [InlineData("/a?b=2&a=1", "/a?a=1&b=2", true)]
    [InlineData("/a?b=2&&a=1", "/a?a=1&b=2", true)]
    [InlineData("/a?x=2&x=1", "/a?x=1&x=2", false)]
    [InlineData("/a?B=2&a=1", "/a?a=1&b=2", false)]
    [InlineData("/a?a=1", "/a", false)]
    public async Task SortQuery_MakesTheOrderOfParametersNoMatter(string first, string second, bool reused)
    {
        await using Pair pair = await StartAsync(new CachePolicy { SortQuery = true });
        await pair.Gateway.GetAsync(first);

        Assert.Equal((200, reused), await ToldAsync(pair, second));
    }

    [Theory]
    [InlineData("X-Tenant: a", "X-Tenant: a", true)]
    [InlineData("X-Tenant: a", "X-Tenant: b", false)]
    [InlineData("X-Tenant: a", "X-No: 1", false)]
    [InlineData("X-No: 1", "X-Tenant:", false)]
    [InlineData("Cookie: x=1; lang=de", "Cookie: lang=de; y=2", true)]
    [InlineData("Cookie: lang=de", "Cookie: lang=en", false)]
    [InlineData("Cookie: lang=de", "X-No: 1", false)]
    [InlineData("Cookie: lang=de", "Cookie: lang=de; lang=en", false)]
    [InlineData("Cookie: xlang=de", "X-No: 1", true)]
    [InlineData("X-Plan: gold", "X-Plan: gold", true)]
    [InlineData("X-Plan: gold", "X-Plan: free", false)]
    public async Task VaryBy_MakesHeadersCookiesAndSessionFieldsPartOfTheKey(string first, string second, bool reused)
    {
        var policy = new CachePolicy { VaryByHeader = ["x-tenant"], VaryByCookie = ["lang"], VaryBySessionField = ["plan"], Shared = true };
        await using Pair pair = await StartAsync(policy, before: context =>
            GatewayRequest.Of(context).Session = new PlanSession(context.Request.Headers["X-Plan"]));
        await pair.Gateway.GetAsync("/a", first);

        Assert.Equal((200, reused), await ToldAsync(pair, "/a", second));
    }

    [Fact]
    public async Task Methods_OfGetOnly_LetsHeadThrough()
    {
        await using Pair pair = await StartAsync(new CachePolicy { Methods = ["get"] });
        await pair.Gateway.GetAsync("/a");

        Answer head = await pair.Gateway.SendAsync("HEAD", "/a");

        Assert.Equal("gateway; fwd=method", head.CacheStatus);
        Assert.True((await pair.Gateway.GetAsync("/a")).IsHit);
    }

    [Theory]
    [InlineData("/a", "X-Preview: 1", true)]
    [InlineData("/a", "Cookie: a=b; admin=1", true)]
    [InlineData("/a", "Cookie: admin=0", false)]
    [InlineData("/a?nocache", "X-No: 1", true)]
    [InlineData("/a", "X-No: 1", false)]
    public async Task Bypass_KeepsTheCacheOutOfRequestsThatMatch(string target, string field, bool bypassed)
    {
        var policy = new CachePolicy { Bypass = [new(BypassSource.Header, "X-Preview"), new(BypassSource.Cookie, "admin", "1"), new(BypassSource.Query, "nocache")] };
        await using Pair pair = await StartAsync(policy);
        await pair.Gateway.GetAsync(target);

        Answer answer = await pair.Gateway.GetAsync(target, field);

        Assert.Equal(bypassed ? "gateway; fwd=bypass; detail=bypass-condition" : "hit", bypassed ? answer.CacheStatus : answer.IsHit ? "hit" : "miss");
    }

    [Theory]
    [InlineData(ClientNoCache.Honour, "Cache-Control: no-cache", 0, false)]
    [InlineData(ClientNoCache.Honour, "Pragma: no-cache", 0, false)]
    [InlineData(ClientNoCache.Honour, "Cache-Control: max-age=0", 1, false)]
    [InlineData(ClientNoCache.Revalidate, "Cache-Control: no-cache", 0.9, true)]
    [InlineData(ClientNoCache.Revalidate, "Cache-Control: no-cache", 1.1, false)]
    [InlineData(ClientNoCache.Revalidate, "Cache-Control: max-age=0", 1.1, false)]
    [InlineData(ClientNoCache.Ignore, "Cache-Control: no-cache", 30, true)]
    [InlineData(ClientNoCache.Ignore, "Pragma: no-cache", 30, true)]
    [InlineData(ClientNoCache.Ignore, "Cache-Control: max-age=0, min-fresh=100", 30, true)]
    [InlineData(ClientNoCache.Ignore, "Cache-Control: no-cache", 61, false)]
    public async Task ClientNoCache_DecidesWhatAClientsWishIsWorth(ClientNoCache mode, string field, double later, bool served)
    {
        await using Pair pair = await StartAsync(new CachePolicy { ClientNoCache = mode });
        await pair.Gateway.GetAsync("/a");
        _time.Advance(TimeSpan.FromSeconds(later));

        Assert.Equal((200, served), await ToldAsync(pair, "/a", field));
    }

    [Fact]
    public async Task MinUses_StoresWhatIsMissedOftenEnough()
    {
        await using Pair pair = await StartAsync(new CachePolicy { MinUses = 3 });

        Answer[] answers = new Answer[4];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = await pair.Gateway.GetAsync("/a");
        }

        Assert.Equal(
            ["gateway; fwd=uri-miss; detail=min-uses", "gateway; fwd=uri-miss; detail=min-uses", "gateway; fwd=uri-miss; stored", "hit"],
            answers.Select(answer => answer.IsHit ? "hit" : answer.CacheStatus));
    }

    [Fact]
    public async Task MinUses_StillFetchesOnceForAHerd()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            Interlocked.Increment(ref _fetches);
            await gate.Task;
            context.Response.Headers.CacheControl = "max-age=60";
            await context.Response.WriteAsync("body");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { MinUses = 100 }, destination.Address);
        using var followers = new Followers(gateway);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/a"))];
        await followers.UntilAsync(19);
        gate.SetResult();

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal("body", answer.Body));
        Assert.Equal(1, _fetches);
    }

    private static async Task<(int Status, bool Hit)> ToldAsync(Pair pair, string target, params string[] fields)
    {
        Answer answer = await pair.Gateway.GetAsync(target, fields);
        return (answer.Status, answer.IsHit);
    }

    private async Task<Pair> StartAsync(CachePolicy policy, Action<HttpContext>? answers = null, Action<HttpContext>? before = null)
    {
        Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.StatusCode = _status;
            if (_control.Length > 0)
            {
                context.Response.Headers.CacheControl = _control;
            }

            answers?.Invoke(context);
            return context.Response.WriteAsync("body");
        });
        CacheHost gateway = await CacheHost.StartAsync(policy, destination.Address, services => services.AddSingleton<TimeProvider>(_time), before);
        return new Pair(destination, gateway);
    }

    private sealed record Pair(Destination Destination, CacheHost Gateway) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Destination.DisposeAsync();
        }
    }

    private sealed class PlanSession(string? plan) : RequestSession
    {
        public override UInt128 Id => 1;

        public override string? User => "u";

        public override string? Field(string name) => name == "plan" ? plan : null;
    }
}
