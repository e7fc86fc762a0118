using System.Net;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>What YARP's clusters do, configured in the routes file: load balancing, session affinity, health checks; and a route's Timeout.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private volatile bool _oneIsWell = true;
    private Destination _one = null!;
    private Destination _two = null!;
    private RoutesFile _file = null!;
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _one = await Destination.StartAsync(context => AnswerAsync(context, "one", () => _oneIsWell));
        _two = await Destination.StartAsync(context => AnswerAsync(context, "two", () => true));
        string destinations = $$""" "Destinations": { "one": { "Address": "{{_one.Address}}" }, "two": { "Address": "{{_two.Address}}" } } """;
        _file = new RoutesFile($$"""
            {
              "ReverseProxy": {
                "Routes": {
                  "balanced": { "ClusterId": "balanced", "Match": { "Path": "/balanced" } },
                  "sticky": { "ClusterId": "sticky", "Match": { "Path": "/sticky" } },
                  "active": { "ClusterId": "active", "Match": { "Path": "/active" } },
                  "passive": { "ClusterId": "passive", "Match": { "Path": "/passive" } },
                  "slow": { "ClusterId": "balanced", "Match": { "Path": "/slow" }, "Timeout": "00:00:00.300" },
                  "slow-cached": { "ClusterId": "balanced", "Match": { "Path": "/slow/cached" }, "Timeout": "00:00:00.300", "Cache": {} }
                },
                "Clusters": {
                  "balanced": { "LoadBalancingPolicy": "RoundRobin", {{destinations}} },
                  "sticky": {
                    "LoadBalancingPolicy": "RoundRobin",
                    "SessionAffinity": { "Enabled": true, "Policy": "HashCookie", "AffinityKeyName": "stay" },
                    {{destinations}}
                  },
                  "active": {
                    "LoadBalancingPolicy": "RoundRobin",
                    "HealthCheck": { "Active": { "Enabled": true, "Interval": "00:00:00.200", "Timeout": "00:00:05", "Policy": "ConsecutiveFailures", "Path": "/health" } },
                    {{destinations}}
                  },
                  "passive": {
                    "LoadBalancingPolicy": "RoundRobin",
                    "HealthCheck": { "Passive": { "Enabled": true, "Policy": "TransportFailureRate", "ReactivationPeriod": "00:10:00" } },
                    "Metadata": { "TransportFailureRateHealthPolicy.RateLimit": "0.1" },
                    "Destinations": { "dead": { "Address": "http://127.0.0.1:1" }, "two": { "Address": "{{_two.Address}}" } }
                  }
                }
              }
            }
            """);
        _gateway = await GatewayProcess.StartAsync(_file);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task RoundRobin_AllDestinations_TakeTurns()
    {
        string[] answers = [.. await AskAsync("/balanced", 10)];

        Assert.Equal(5, answers.Count(answer => answer == "one"));
        Assert.Equal(5, answers.Count(answer => answer == "two"));
    }

    [Fact]
    public async Task Affinity_CookieOfTheFirstAnswer_LeadsToTheSameDestination()
    {
        using HttpResponseMessage first = await _gateway.Client.GetAsync("/sticky");
        string stay = first.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("stay=", StringComparison.Ordinal)).Split(';')[0];
        string chosen = await first.Content.ReadAsStringAsync();

        Assert.All(await AskAsync("/sticky", 8, stay), answer => Assert.Equal(chosen, answer));
        Assert.Equal(2, (await AskAsync("/sticky", 8)).Distinct().Count());
    }

    [Fact]
    public async Task ActiveCheck_DestinationThatFailsIt_GetsNothingUntilItIsWellAgain()
    {
        Assert.Contains("one", await AskAsync("/active", 4));

        _oneIsWell = false;
        await Eventually.TrueAsync(async () => (await AskAsync("/active", 6)).All(answer => answer == "two"), TimeSpan.FromSeconds(60));

        _oneIsWell = true;
        await Eventually.TrueAsync(async () => (await AskAsync("/active", 6)).Contains("one"), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task PassiveCheck_DestinationThatRefusesConnections_GetsNothingSoon() =>
        await Eventually.TrueAsync(async () => (await AskAsync("/passive", 12)).All(answer => answer == "two"), TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData("/slow")]
    [InlineData("/slow/cached")]
    public async Task Timeout_OfTheRoute_Is504AsAProblem(string path)
    {
        using HttpResponseMessage answer = await _gateway.Client.GetAsync(path).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("traceId", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task AnswerAsync(HttpContext context, string name, Func<bool> isWell)
    {
        switch (context.Request.Path.Value)
        {
            case "/health":
                context.Response.StatusCode = isWell() ? 200 : 503;
                return Task.CompletedTask;
            case "/slow" or "/slow/cached":
                return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            default:
                return context.Response.WriteAsync(name);
        }
    }

    private async Task<List<string>> AskAsync(string path, int times, string? cookie = null)
    {
        var answers = new List<string>();
        for (int i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (cookie is not null)
            {
                request.Headers.Add("Cookie", cookie);
            }

            using HttpResponseMessage answer = await _gateway.Client.SendAsync(request);
            answers.Add(answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : $"{(int)answer.StatusCode}");
        }

        return answers;
    }
}
