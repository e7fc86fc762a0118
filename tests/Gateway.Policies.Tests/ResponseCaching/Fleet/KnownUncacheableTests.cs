using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Serving;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fleet;

/// <summary>A URL whose responses are known not to be shareable costs the cache next to nothing.</summary>
public sealed class KnownUncacheableTests
{
    private const string Host = "Host: shop.example";

    [Fact]
    public async Task KnownUncacheable_AsksRedisNothing()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(new CachePolicy(), context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsync("answer");
        });
        await fleet.One.GetAsync("/a", Host);
        await Eventually.TrueAsync(async () => (await LeaseEndsAsync(fleet)) == "-");
        await RedisCalls.ResetAsync(fleet.Redis);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fleet.One.GetAsync("/a", Host)));

        Assert.Empty(await RedisCalls.CountAsync(fleet.Redis));
        Assert.All(answers, answer => Assert.Equal("answer", answer.Body));
        Assert.Equal("gateway; fwd=uri-miss; detail=known-uncacheable", (await fleet.One.GetAsync("/a", Host)).CacheStatus);
    }

    /// <summary>The request's own objects go to the destination: no copy of the request, no recorder, no task of its own.</summary>
    [Fact]
    public async Task KnownUncacheable_GoesOnItsOwnContextAndAllocatesLittle()
    {
        await using ServiceProvider services = new ServiceCollection().AddResponseCache().BuildServiceProvider();
        HttpContext? forwarded = null;
        var cache = new RouteCache("all", new CachePolicy(), services.GetRequiredService<CacheParts>(), context =>
        {
            forwarded = context;
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        HttpContext client = RequestOf(services);
        for (int i = 0; i < 200; i++)
        {
            await cache.InvokeAsync(client);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Task done = cache.InvokeAsync(client);
            Assert.True(done.IsCompletedSuccessfully);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        Assert.Same(client, forwarded);
        Assert.InRange(each, 0, 700);
    }

    private static DefaultHttpContext RequestOf(IServiceProvider services)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "GET";
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("shop.example");
        context.Request.Path = "/a";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/a";
        return context;
    }

    /// <summary>What the lease of the one fetch left behind.</summary>
    private static async Task<string> LeaseEndsAsync(CacheFleet fleet)
    {
        string key = (await fleet.Redis.AskAsync("KEYS gw:c:l:*")).Trim();
        return key.Length == 0 ? "" : await fleet.Redis.AskAsync($"GET {key}");
    }
}
