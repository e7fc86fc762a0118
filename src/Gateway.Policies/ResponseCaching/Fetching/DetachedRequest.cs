using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// A copy of a client's request that outlives it: own header fields, response, services and abort signal; the same endpoint, so it takes
/// the same way through the forwarding pipeline. All is copied at once, since the client's objects are used again after it has gone.
/// </summary>
internal sealed class DetachedRequest : IAsyncDisposable
{
    private readonly FetchResponse _response;

    private DetachedRequest(HttpContext context, FetchResponse response, FetchLifetime lifetime)
    {
        Context = context;
        _response = response;
        Lifetime = lifetime;
    }

    public HttpContext Context { get; }

    public FetchLifetime Lifetime { get; }

    /// <summary>Copies <paramref name="client"/> as a GET without a body whose response goes to <paramref name="sink"/>.</summary>
    public static DetachedRequest Copy(HttpContext client, IFetchSink sink, TimeProvider time, bool startsEarly)
    {
        var response = new FetchResponse(sink) { StartsEarly = startsEarly };
        var lifetime = new FetchLifetime(TimeoutOf(client), time);
        var features = new FeatureCollection(16);
        features.Set<IHttpRequestFeature>(RequestOf(client));
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpResponseTrailersFeature>(response);
        features.Set<IHttpRequestLifetimeFeature>(lifetime);
        features.Set<IHttpRequestTimeoutFeature>(lifetime);
        features.Set<IHttpRequestBodyDetectionFeature>(lifetime);
        features.Set<IHttpConnectionFeature>(ConnectionOf(client.Connection));
        features.Set<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = client.TraceIdentifier });
        if (client.Connection.ClientCertificate is { } certificate)
        {
            features.Set<ITlsConnectionFeature>(new TlsConnectionFeature { ClientCertificate = certificate });
        }

        features.Set(new GatewayRequest { Session = GatewayRequest.Of(client).Session });
        var context = new DefaultHttpContext(features)
        {
            ServiceScopeFactory = client.RequestServices.GetRequiredService<IServiceScopeFactory>(),
            User = client.User,
        };
        context.Request.RouteValues = new RouteValueDictionary(client.Request.RouteValues);
        context.SetEndpoint(client.GetEndpoint());
        return new DetachedRequest(context, response, lifetime);
    }

    /// <summary>What followed the body.</summary>
    public IHeaderDictionary Trailers => _response.Trailers;

    /// <summary>Sends it; returns when the response has ended, whole or not.</summary>
    public async Task RunAsync(RequestDelegate forward)
    {
        await forward(Context);
        await _response.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _response.RunCompletedAsync();
        Lifetime.Dispose();
    }

    private static HttpRequestFeature RequestOf(HttpContext client)
    {
        var headers = new HeaderDictionary(client.Request.Headers.Count);
        foreach (var header in client.Request.Headers)
        {
            headers[header.Key] = header.Value;
        }

        IHttpRequestFeature request = client.Features.GetRequiredFeature<IHttpRequestFeature>();
        return new HttpRequestFeature
        {
            Method = HttpMethods.Get,
            Scheme = request.Scheme,
            Protocol = request.Protocol,
            PathBase = request.PathBase,
            Path = request.Path,
            QueryString = request.QueryString,
            RawTarget = request.RawTarget,
            Headers = headers,
            Body = Stream.Null,
        };
    }

    private static HttpConnectionFeature ConnectionOf(ConnectionInfo client) => new()
    {
        ConnectionId = client.Id,
        RemoteIpAddress = client.RemoteIpAddress,
        RemotePort = client.RemotePort,
        LocalIpAddress = client.LocalIpAddress,
        LocalPort = client.LocalPort,
    };

    /// <summary>The route's own timeout; what the client's request has left of it does not matter here.</summary>
    private static TimeSpan? TimeoutOf(HttpContext client)
    {
        RequestTimeoutAttribute? timeout = client.GetEndpoint()?.Metadata.GetMetadata<RequestTimeoutAttribute>();
        if (timeout?.PolicyName is { } name)
        {
            RequestTimeoutOptions? options = client.RequestServices.GetService<IOptions<RequestTimeoutOptions>>()?.Value;
            return options?.Policies.TryGetValue(name, out RequestTimeoutPolicy? policy) == true ? policy.Timeout : null;
        }

        return timeout?.Timeout;
    }
}
