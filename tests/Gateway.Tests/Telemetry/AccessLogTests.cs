using System.Text.Json.Nodes;
using Gateway.Forwarding;
using Gateway.Policies.Routing;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Telemetry;

public sealed class AccessLogTests
{
    private const string Secret = "s3cr3t-must-not-appear";

    [Fact]
    public async Task JsonLine_RequestWithEveryOutcome_NamesEachOnce()
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json: true, AnswerAsync);

        using HttpResponseMessage answer = await host.Client.GetAsync(new Uri($"/orders/7?token={Secret}", UriKind.Relative));

        string line = await host.Log.AccessAsync("/orders/7");
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        JsonNode entry = JsonNode.Parse(line)!;
        Assert.EndsWith("Z", (string)entry["time"]!, StringComparison.Ordinal);
        Assert.Equal("info", (string)entry["level"]!);
        Assert.Equal("GET", (string)entry["method"]!);
        Assert.True((bool)entry["query"]!);
        Assert.Equal(201, (int)entry["status"]!);
        Assert.Equal(10, (long)entry["bytes"]!);
        Assert.True((double)entry["durationMs"]! >= (double)entry["forwardMs"]!);
        Assert.Equal("orders", (string)entry["route"]!);
        Assert.Equal("127.0.0.1", (string)entry["client"]!);
        Assert.Equal("admitted", (string)entry["rateLimit"]!);
        Assert.Equal("per-client", (string)entry["rateLimitPolicy"]!);
        Assert.Equal("valid", (string)entry["session"]!);
        Assert.Equal("miss", (string)entry["cache"]!);
        Assert.Equal("no-store", (string)entry["cacheReason"]!);
        Assert.Equal(32, ((string)entry["traceId"]!).Length);
    }

    [Fact]
    public async Task TextLine_RequestWithEveryOutcome_ReadsOnOneLine()
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json: false, AnswerAsync);

        using HttpResponseMessage answer = await host.Client.GetAsync(new Uri("/orders/7?a=b", UriKind.Relative));

        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info  Gateway\.Access: GET /orders/7\? 201 10B [0-9.]+ms forward=[0-9.]+ms route=orders "
            + @"client=127\.0\.0\.1 rateLimit=admitted rateLimitPolicy=per-client session=valid cache=miss cacheReason=no-store traceId=[0-9a-f]{32}\n$",
            await host.Log.AccessAsync("/orders/7"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Line_RequestThatMetNoPolicy_LeavesTheirFieldsOut(bool json)
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json, context => Task.CompletedTask);

        using HttpResponseMessage answer = await host.Client.GetAsync(new Uri("/bare", UriKind.Relative));

        string line = await host.Log.AccessAsync("/bare");
        Assert.All(["route", "rateLimit", "session", "cache", "forward", "null"], field => Assert.DoesNotContain(field, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Line_PathWithLineBreaksAndEscapes_StaysOneLineWithoutControlCharacters(bool json)
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json, context => Task.CompletedTask);

        using HttpResponseMessage answer = await host.Client.GetAsync(new Uri("/a%0D%0Aforged%1B%5B31m%C2%85%22", UriKind.Relative));

        string line = await host.Log.AccessAsync("forged");
        Assert.DoesNotContain(line[..^1], char.IsControl);
        if (json)
        {
            Assert.Equal("/a%0D%0Aforged%1B%5B31m%C2%85%22", (string)JsonNode.Parse(line)!["path"]!);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_RequestFullOfSecrets_HoldsNoneOfThem(bool json)
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json, AnswerAsync);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/orders/8?access_token={Secret}&q={Secret}");
        request.Headers.Add("Authorization", $"Bearer {Secret}");
        request.Headers.Add("Cookie", $"sid={Secret}");
        request.Headers.Add("X-Api-Key", Secret);
        request.Content = new StringContent(Secret);

        using HttpResponseMessage answer = await host.Client.SendAsync(request);

        await host.Log.AccessAsync("/orders/8");
        Assert.DoesNotContain(Secret, host.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 300_000)]
    [InlineData("HEAD", 0)]
    public async Task Line_BodyWrittenThroughStreamAndPipe_CountsBoth(string method, long bytes)
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json: true, async context =>
        {
            await context.Response.Body.WriteAsync(new byte[100_000]);
            await context.Response.BodyWriter.WriteAsync(new byte[100_000]);
            context.Response.BodyWriter.GetSpan(100_000);
            context.Response.BodyWriter.Advance(100_000);
            await context.Response.BodyWriter.FlushAsync();
        });

        using HttpResponseMessage answer = await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/big"));

        Assert.Equal(method == "HEAD" ? 0 : 300_000, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(bytes, (long)JsonNode.Parse(await host.Log.AccessAsync("/big"))!["bytes"]!);
    }

    [Fact]
    public async Task Line_ExceptionThatNothingAnswered_SaysStatus500()
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json: true, _ => throw new InvalidOperationException("planted"));

        using HttpResponseMessage answer = await host.Client.GetAsync(new Uri("/broken", UriKind.Relative));

        Assert.Equal(500, (int)JsonNode.Parse(await host.Log.AccessAsync("/broken"))!["status"]!);
    }

    [Fact]
    public async Task Metrics_AnsweredRequests_AreCountedByRouteAndStatusClass()
    {
        await using LoggedHost host = await LoggedHost.StartAsync(json: true, AnswerAsync);
        await SendAsync(host, "/orders/1");
        await SendAsync(host, "/orders/2");

        var page = PrometheusPage.Parse(await host.Services.GetRequiredService<PrometheusScrape>().CollectAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, page.Value("gateway_requests_total", ("route", "orders"), ("status", "2xx")));
        Assert.Equal(2, page.Value("gateway_request_duration_seconds_count", ("route", "orders"), ("status", "2xx")));
        Assert.Equal(2, page.Value("gateway_forward_duration_seconds_count", ("route", "orders"), ("status", "2xx")));
        Assert.DoesNotContain("http_server_request_duration_seconds", page.Kinds.Keys);
    }

    private static async Task SendAsync(LoggedHost host, string path)
    {
        using HttpResponseMessage answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        await host.Log.AccessAsync(path);
    }

    // Stands for the pipeline: leaves behind what the policies would.
    private static Task AnswerAsync(HttpContext context)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        (request.RateLimitOutcome, request.RateLimitPolicy) = ("admitted", "per-client");
        (request.SessionOutcome, request.CacheOutcome, request.CacheReason) = ("valid", "miss", "no-store");
        var route = new RoutePolicies { RouteId = "orders" };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(route), null));
        return context.RequestServices.GetRequiredService<ForwardStep>().Wrap(route, inner =>
        {
            inner.Response.StatusCode = 201;
            return inner.Response.WriteAsync("0123456789");
        })(context);
    }
}
