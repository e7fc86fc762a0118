using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.Support;

/// <summary>
/// A request without a server. Its fields, body and connection are made once, as a server keeps them for a connection; what a
/// pipeline leaves behind on it goes with <see cref="Next"/>.
/// </summary>
internal sealed class BenchRequest
{
    private readonly FeatureCollection _lasting = new();
    private readonly DefaultHttpContext _context = new();
    private readonly BenchResponse _response = new();

    public BenchRequest(string target, params (string Name, string Value)[] fields)
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        var request = new HttpRequestFeature
        {
            Method = "GET",
            Scheme = "http",
            Protocol = "HTTP/1.1",
            Path = query < 0 ? target : target[..query],
            QueryString = query < 0 ? "" : target[query..],
            RawTarget = target,
        };
        request.Headers.Host = "shop.example";
        foreach ((string name, string value) in fields)
        {
            request.Headers[name] = value;
        }

        _lasting.Set<IHttpRequestFeature>(request);
        _lasting.Set<IHttpResponseFeature>(_response);
        _lasting.Set<IHttpResponseBodyFeature>(new DiscardedBody(_response));
        _lasting.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = IPAddress.Loopback });
    }

    /// <summary>The services that a request's pipeline may ask for.</summary>
    public IServiceProvider Services
    {
        init => _lasting.Set<IServiceProvidersFeature>(new RequestServicesFeature(_context, value.GetRequiredService<IServiceScopeFactory>()));
    }

    /// <summary>The request as it came.</summary>
    public HttpContext Next()
    {
        _response.Reset();
        _context.Initialize(new FeatureCollection(_lasting));
        return _context;
    }

    /// <summary>Runs a pipeline on the request as it came, up to the end of its response.</summary>
    public Task RunAsync(RequestDelegate pipeline)
    {
        Task running = pipeline(Next());
        return running.IsCompletedSuccessfully ? _response.StartAsync() : EndAsync(running);
    }

    /// <summary>Calls what waits for the response's start, as if it had not been called yet.</summary>
    public Task StartResponseAgainAsync()
    {
        _response.TakeBack();
        return _response.StartAsync();
    }

    private async Task EndAsync(Task running)
    {
        await running;
        await _response.StartAsync();
    }
}
