using System.Text.Json.Nodes;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class ExplainTests
{
    [Fact]
    public async Task Explain_TellsKeyVerdictAndRule_WithoutSendingAnything()
    {
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "Cookie, Accept";
            return context.Response.WriteAsync("x");
        });
        var policy = new CachePolicy { Name = "catalog", Tags = ["t"] };
        await using CacheHost gateway = await CacheHost.StartAsync(policy, destination.Address);
        await gateway.GetAsync("/a?b=1", "Host: shop.example", "Cookie: sid=secret", "Accept: text/html");
        CachingStep step = gateway.Services.GetRequiredService<CachingStep>();
        var route = new RoutePolicies { RouteId = "all", Cache = policy };

        JsonNode? hit = await step.ExplainAsync(route, Request("GET", "/a?b=1", "sid=secret"));
        JsonNode? miss = await step.ExplainAsync(route, Request("GET", "/a?b=1", "sid=other"));
        JsonNode? bypass = await step.ExplainAsync(route, Request("POST", "/a", ""));
        JsonNode? none = await step.ExplainAsync(new RoutePolicies { RouteId = "all" }, Request("GET", "/a", ""));

        Assert.Equal(("fresh", "fresh", "http://shop.example/a?b=1"), (Text(hit, "verdict"), Text(hit, "rule"), Text(hit!["key"], "url")));
        Assert.Equal(("miss", "vary-miss"), (Text(miss, "verdict"), Text(miss, "rule")));
        Assert.Equal(("bypass", "method"), (Text(bypass, "verdict"), Text(bypass, "rule")));
        Assert.Null(none);
        Assert.DoesNotContain("secret", hit.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(destination.Requests);
    }

    private static string Text(JsonNode? node, string name) => node![name]!.GetValue<string>();

    private static DefaultHttpContext Request(string method, string target, string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("shop.example");
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Request.Headers.Cookie = cookie;
        context.Request.Headers.Accept = "text/html";
        return context;
    }
}
