using System.Net;
using System.Text;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>A real Kestrel host with YARP behind the cache, on loopback.</summary>
internal sealed class CacheHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CacheHost(WebApplication app, string address)
    {
        _app = app;
        Address = address;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
    }

    public string Address { get; }

    public HttpClient Client { get; }

    public CachePurge Purge => _app.Services.GetRequiredService<CachePurge>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a host with one route for everything.</summary>
    /// <param name="uncachedWrites">True: POST goes through a route of its own, which has no cache.</param>
    /// <param name="before">Runs before the cache, for example to set a session.</param>
    /// <param name="http2">True: the destination speaks HTTP/2 alone.</param>
    /// <param name="transforms">Changes what the destination says.</param>
    public static async Task<CacheHost> StartAsync(
        CachePolicy policy,
        string destination,
        Action<IServiceCollection>? services = null,
        Action<HttpContext>? before = null,
        ResponseCachingOptions? options = null,
        bool uncachedWrites = false,
        string[]? invalidatesTags = null,
        bool http2 = false,
        Action<TransformBuilderContext>? transforms = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.Services.AddResponseCache(options);
        services?.Invoke(builder.Services);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(uncachedWrites ? [WritesRoute(), RouteOf(policy, invalidatesTags ?? [])] : [RouteOf(policy, invalidatesTags ?? [])], [ClusterOf(destination, http2)])
            .AddTransforms(transforms ?? (_ => { }))
            .AddTransforms<FetchHeadTransforms>()
            .ConfigureHttpClient((_, handler) => handler.ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1);
        WebApplication app = builder.Build();
        CachingStep step = app.Services.GetRequiredService<CachingStep>();
        app.Use((context, next) =>
        {
            before?.Invoke(context);
            return next(context);
        });
        app.MapReverseProxy().WithPolicies((route, next) => step.Wrap(route, next));
        await app.StartAsync();
        return new CacheHost(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task<Answer> GetAsync(string path, params string[] headers) => await SendAsync("GET", path, headers);

    public async Task<Answer> SendAsync(string method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (string header in headers)
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }

        using HttpResponseMessage response = await Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private static RouteConfig RouteOf(CachePolicy policy, string[] invalidatesTags)
    {
        var policies = new RoutePolicies { RouteId = "all", Cache = policy, InvalidatesTags = invalidatesTags };
        return new RouteConfig
        {
            RouteId = "all",
            ClusterId = "all",
            Match = new RouteMatch { Path = "{**rest}" },
            Metadata = new PolicyRouteMetadata(policies, "1", null),
        };
    }

    private static RouteConfig WritesRoute() => new()
    {
        RouteId = "writes",
        ClusterId = "all",
        Match = new RouteMatch { Path = "{**rest}", Methods = ["POST"] },
        Metadata = new PolicyRouteMetadata(new RoutePolicies { RouteId = "writes" }, "1", null),
    };

    private static ClusterConfig ClusterOf(string destination, bool http2) => new()
    {
        ClusterId = "all",
        HttpRequest = http2 ? new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact } : null,
        Destinations = new Dictionary<string, DestinationConfig> { ["a"] = new() { Address = destination } },
    };
}
