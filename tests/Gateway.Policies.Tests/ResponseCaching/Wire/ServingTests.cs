using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class ServingTests
{
    private int _fetches;

    [Fact]
    public async Task Get_OfAFreshResponse_IsServedFromTheStoreTheSecondTime()
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer first = await gateway.GetAsync("/a");
        Answer second = await gateway.GetAsync("/a");

        Assert.Equal("gateway; fwd=uri-miss; stored", first.CacheStatus);
        Assert.StartsWith("gateway; hit; ttl=", second.CacheStatus, StringComparison.Ordinal);
        Assert.Equal(("0123456789 1", "0123456789 1"), (first.Body, second.Body));
        Assert.InRange(int.Parse(second.Fields["Age"], null), 0, 1);
        Assert.Equal(first.Fields["Date"], second.Fields["Date"]);
        Assert.Single(destination.Requests);
    }

    [Fact]
    public async Task Head_WithAStoredGet_IsAnsweredFromItWithoutABody()
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");

        Answer head = await gateway.SendAsync("HEAD", "/a");

        Assert.True(head.IsHit);
        Assert.Equal(("", "12"), (head.Body, head.Fields["Content-Length"]));
        Assert.Single(destination.Requests);
    }

    [Theory]
    [InlineData("If-None-Match: \"v1\"", 304)]
    [InlineData("If-None-Match: \"v0\", W/\"v1\"", 304)]
    [InlineData("If-None-Match: \"v2\"", 200)]
    [InlineData("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 304)]
    [InlineData("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200)]
    public async Task Conditional_WithAStoredResponse_IsAnsweredFromIt_Rfc9111_4_3_2(string condition, int status)
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");

        Answer answer = await gateway.GetAsync("/a", condition);

        Assert.Equal(status, answer.Status);
        Assert.True(answer.IsHit);
        Assert.Equal("\"v1\"", answer.Fields["ETag"]);
        Assert.Single(destination.Requests);
    }

    [Theory]
    [InlineData("bytes=0-1", 206, "01", "bytes 0-1/12")]
    [InlineData("bytes=10-", 206, " 1", "bytes 10-11/12")]
    [InlineData("bytes=-3", 206, "9 1", "bytes 9-11/12")]
    [InlineData("bytes=12-", 416, "", "bytes */12")]
    [InlineData("bytes=3-1", 200, "0123456789 1", null)]
    [InlineData("bytes=0-0,2-2", 200, "0123456789 1", null)]
    public async Task Range_OfAStoredResponse_IsCutFromIt_Rfc9110_14(string range, int status, string body, string? contentRange)
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");

        Answer answer = await gateway.GetAsync("/a", $"Range: {range}");

        Assert.Equal(status, answer.Status);
        Assert.Equal(body, status == 416 ? "" : answer.Body);
        Assert.Equal(contentRange, answer.Fields.GetValueOrDefault("Content-Range"));
        Assert.Single(destination.Requests);
    }

    [Fact]
    public async Task Range_OfNothingStored_GoesToTheDestinationAndIsNotStored()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Headers.Range.Count > 0 ? 206 : 200;
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync($"{context.Request.Headers.Range}|");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer part = await gateway.GetAsync("/a", "Range: bytes=0-1");
        Answer whole = await gateway.GetAsync("/a");

        Assert.Equal((206, "bytes=0-1|"), (part.Status, part.Body));
        Assert.Equal((200, "|"), (whole.Status, whole.Body));
    }

    [Fact]
    public async Task StaleEntry_WithAValidator_IsValidatedAndItsFieldsUpdated_Rfc9111_4_3_4()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            bool again = context.Request.Headers.IfNoneMatch == "\"v1\"";
            context.Response.StatusCode = again ? 304 : 200;
            context.Response.Headers.CacheControl = again ? "max-age=60" : "max-age=0";
            context.Response.Headers.ETag = "\"v1\"";
            context.Response.Headers["X-Turn"] = again ? "2" : "1";
            return again ? Task.CompletedTask : context.Response.WriteAsync("body");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        await gateway.GetAsync("/a");
        Answer validated = await gateway.GetAsync("/a");
        Answer hit = await gateway.GetAsync("/a");

        Assert.Equal((200, "body", "2"), (validated.Status, validated.Body, validated.Fields["X-Turn"]));
        Assert.Contains("fwd=stale; fwd-status=304; ttl=", validated.CacheStatus, StringComparison.Ordinal);
        Assert.Equal(("body", "2", true), (hit.Body, hit.Fields["X-Turn"], hit.IsHit));
        Assert.Equal(2, destination.Requests.Count);
    }

    [Fact]
    public async Task OnlyIfCached_WithNothingStored_Is504_Rfc9111_5_2_1_7()
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer answer = await gateway.GetAsync("/a", "Cache-Control: only-if-cached");

        Assert.Equal(504, answer.Status);
        Assert.Empty(destination.Requests);
    }

    [Fact]
    public async Task HeaderBytes_Above0x7F_AreServedAsTheyCame()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers["X-Text"] = "caf\u00e9 \u00ff";
            return Fresh(context);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");

        using var raw = new HttpClient(new SocketsHttpHandler { ResponseHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 });
        using HttpResponseMessage hit = await raw.GetAsync(gateway.Address + "/a");

        Assert.Equal("caf\u00e9 \u00ff", hit.Headers.GetValues("X-Text").Single());
        Assert.Single(destination.Requests);
    }

    [Fact]
    public async Task RateLimitFields_OfTheDestination_PassButAreNeverStored()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers["X-RateLimit-Remaining"] = "3";
            context.Response.Headers["RateLimit"] = "\"x\";r=3";
            return Fresh(context);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer first = await gateway.GetAsync("/a");
        Answer hit = await gateway.GetAsync("/a");

        Assert.Equal("3", first.Fields["X-RateLimit-Remaining"]);
        Assert.True(hit.IsHit);
        Assert.DoesNotContain("X-RateLimit-Remaining", hit.Fields.Keys);
        Assert.DoesNotContain("RateLimit", hit.Fields.Keys);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("POST")]
    [InlineData("FROBNICATE")]
    public async Task UnsafeMethod_ThatSucceeds_InvalidatesTheUriAndItsLocation_Rfc9111_4_4(string method)
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers.Location = context.Request.Method == "GET" ? default : "/b?x=1";
            return Fresh(context);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");
        await gateway.GetAsync("/b?x=1");

        Answer changed = await gateway.SendAsync(method, "/a");

        Assert.Equal("gateway; fwd=method", changed.CacheStatus);
        Assert.False((await gateway.GetAsync("/a")).IsHit);
        Assert.False((await gateway.GetAsync("/b?x=1")).IsHit);
    }

    /// <summary>RFC 9111 §4.4: whichever way the write takes, what is stored of its URI is old.</summary>
    [Theory]
    [InlineData("/a?id=1", 200, false)]
    [InlineData("/a?utm_source=x&id=1", 200, false)]
    [InlineData("/a?id=1", 500, true)]
    [InlineData("/a?id=2", 200, true)]
    public async Task UnsafeMethod_OnARouteWithoutACache_InvalidatesWhatOthersStored(string target, int status, bool kept)
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "GET" ? 200 : status;
            return Fresh(context);
        });
        var policy = new CachePolicy { IgnoreQuery = ["utm_*"] };
        await using CacheHost gateway = await CacheHost.StartAsync(policy, destination.Address, uncachedWrites: true);
        await gateway.GetAsync("/a?id=1");

        Answer changed = await gateway.SendAsync("POST", target);

        Assert.Equal((status, ""), (changed.Status, changed.CacheStatus));
        Assert.Equal(kept, (await gateway.GetAsync("/a?id=1")).IsHit);
    }

    [Fact]
    public async Task UnsafeMethod_ThatFails_InvalidatesNothing()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "GET" ? 200 : 500;
            return Fresh(context);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");

        await gateway.SendAsync("POST", "/a");

        Assert.True((await gateway.GetAsync("/a")).IsHit);
    }

    private Task Fresh(HttpContext context)
    {
        string body = $"0123456789 {Interlocked.Increment(ref _fetches)}";
        context.Response.Headers.CacheControl = "max-age=60";
        context.Response.Headers.ETag = "\"v1\"";
        context.Response.Headers.LastModified = "Sun, 06 Nov 1994 08:49:37 GMT";
        context.Response.ContentLength = HttpMethods.IsHead(context.Request.Method) ? null : body.Length;
        return context.Response.WriteAsync(body);
    }
}
