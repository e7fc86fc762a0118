using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Support;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.RateLimiting;

/// <summary>What limits in process add to a request: partition, decision, response fields.</summary>
public class LimitStep
{
    private readonly BenchRequest _request = new("/orders/17?expand=lines");
    private readonly BenchRequest _decided = new("/orders/17");
    private ServiceProvider _services = null!;
    private RequestDelegate _pipeline = null!;

    /// <summary>Limits of the route.</summary>
    [Params(1, 4)]
    public int Limits { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _services = new ServiceCollection().AddLogging().AddRateLimiting().BuildServiceProvider();
        var route = new RoutePolicies { RouteId = "orders", RateLimits = [.. Enumerable.Range(1, Limits).Select(Limit)] };
        _pipeline = _services.GetRequiredKeyedService<IPolicyStep>(LimitStage.BeforeSession).Wrap(route, static _ => Task.CompletedTask);
        await _pipeline(_decided.Next());
    }

    [GlobalCleanup]
    public void CleanUp() => _services.Dispose();

    /// <summary>The request of the benchmark itself.</summary>
    [Benchmark]
    public Task NoLimit() => _request.RunAsync(static _ => Task.CompletedTask);

    [Benchmark]
    public Task Step() => _request.RunAsync(_pipeline);

    /// <summary>The response's fields alone: <c>X-RateLimit-*</c>, <c>RateLimit</c> and <c>RateLimit-Policy</c>.</summary>
    [Benchmark]
    public Task Fields() => _decided.StartResponseAgainAsync();

    private static RateLimitPolicy Limit(int number) => new() { Name = $"limit-{number}", Limit = 5000, Window = TimeSpan.FromMilliseconds(1) };
}
