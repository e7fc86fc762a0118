using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Support;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.ResponseCaching;

/// <summary>Looks an entry up in memory and serves it: key, freshness, fields, body.</summary>
public class HitFromMemory
{
    private BenchRequest _request = null!;
    private readonly BenchRequest _conditional = new("/catalog/shoes?page=2", ("If-None-Match", "\"v1\""));
    private ServiceProvider _services = null!;
    private RequestDelegate _pipeline = null!;
    private int _forwarded;

    /// <summary>Bytes of the body.</summary>
    [Params(1024, 65536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _services = new ServiceCollection().AddResponseCache().BuildServiceProvider();
        _request = new BenchRequest("/catalog/shoes?page=2") { Services = _services };
        var route = new RoutePolicies { RouteId = "catalog", Cache = new CachePolicy { Name = "catalog" } };
        _pipeline = _services.GetRequiredService<CachingStep>().Wrap(route, ForwardAsync);
        await _request.RunAsync(_pipeline);
        await _request.RunAsync(_pipeline);
        if (_forwarded != 1)
        {
            throw new InvalidOperationException("The second request was no hit.");
        }
    }

    [GlobalCleanup]
    public void CleanUp() => _services.Dispose();

    /// <summary>The request of the benchmark itself.</summary>
    [Benchmark]
    public Task NoCache() => _request.RunAsync(static _ => Task.CompletedTask);

    [Benchmark]
    public Task Hit() => _request.RunAsync(_pipeline);

    /// <summary>A hit that the client has already: 304.</summary>
    [Benchmark]
    public Task NotModified() => _conditional.RunAsync(_pipeline);

    private async Task ForwardAsync(HttpContext context)
    {
        _forwarded++;
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = Bytes;
        context.Response.Headers.CacheControl = "max-age=86400";
        context.Response.Headers.ETag = "\"v1\"";
        await context.Response.BodyWriter.WriteAsync(new byte[Bytes]);
    }
}
