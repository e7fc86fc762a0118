using Microsoft.AspNetCore.Http;
using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>The README's first commands, on the shipped configuration.</summary>
public sealed class FirstMinuteTests
{
    private static string Shipped => Path.Combine(Repository.Root, "config", "appsettings.routes.json");

    [Fact]
    public async Task ShippedConfiguration_SecondRequest_IsACacheHitWithLimitFields()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync("--config", Shipped, "--set", $"Gateway:DemoApi=http://127.0.0.1:{DemoPort(out string cluster)}", "--set", cluster);

        using HttpResponseMessage first = await gateway.Client.GetAsync("/demo/catalog");
        using HttpResponseMessage second = await gateway.Client.GetAsync("/demo/catalog");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("gateway; fwd=uri-miss; stored", Field(first, "Cache-Status"));
        Assert.Equal("100", Field(first, "X-RateLimit-Limit"));
        Assert.Equal("99", Field(first, "X-RateLimit-Remaining"));
        Assert.Matches("^[0-9]{10}$", Field(first, "X-RateLimit-Reset"));
        Assert.Equal("\"per-client\";q=100;w=60", Field(first, "RateLimit-Policy"));
        Assert.StartsWith("\"per-client\";r=99;t=", Field(first, "RateLimit"), StringComparison.Ordinal);
        Assert.StartsWith("gateway; hit; ttl=", Field(second, "Cache-Status"), StringComparison.Ordinal);
        Assert.Equal("98", Field(second, "X-RateLimit-Remaining"));
        Assert.NotNull(second.Headers.Age);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ShippedConfiguration_PastTheLimit_Is429WithRetryAfter()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync("--config", Shipped, "--set", $"Gateway:DemoApi=http://127.0.0.1:{DemoPort(out string cluster)}", "--set", cluster);

        var statuses = new List<int>();
        HttpResponseMessage last = null!;
        for (int i = 0; i < 6; i++)
        {
            last = await gateway.Client.GetAsync("/demo/limited");
            statuses.Add((int)last.StatusCode);
        }

        Assert.Equal([200, 200, 200, 200, 200, 429], statuses);
        Assert.Equal("0", Field(last, "X-RateLimit-Remaining"));
        Assert.InRange(last.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.Equal("application/problem+json", last.Content.Headers.ContentType!.MediaType);
        Assert.Contains("quota-exceeded", await last.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_AnApiWithNoFile_ForwardsLimitsAndCaches()
    {
        await using Destination api = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync($"{context.Request.Path}{context.Request.QueryString}");
        });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync("--to", api.Address);

        Assert.Equal("/any/path?a=1", await gateway.Client.GetStringAsync("/any/path?a=1"));
        using HttpResponseMessage again = await gateway.Client.GetAsync("/any/path?a=1");

        Assert.Equal("98", Field(again, "X-RateLimit-Remaining"));
        Assert.StartsWith("gateway; hit", Field(again, "Cache-Status"), StringComparison.Ordinal);
        Assert.Single(api.Requests);
    }

    private static int DemoPort(out string cluster)
    {
        int port = FreePort.Next();
        cluster = $"ReverseProxy:Clusters:demo:Destinations:demo:Address=http://127.0.0.1:{port}/";
        return port;
    }

    private static string Field(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));
}
