using Gateway.Admin.Explain;
using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Warmup;

/// <summary>
/// Fetches one URL the way a client's request goes, from the cache on: the gateway's own requests are counted against no limit, and carry
/// no session. The response goes nowhere; what the cache keeps of it is the point.
/// </summary>
internal sealed class WarmupRequest(IServiceProvider services, GatewayPipeline pipeline, RouteMatcher routes, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What became of it, and in words what is wrong.</summary>
    public async Task<(WarmupOutcome Outcome, string? Problem)> RunAsync(string url, IReadOnlyDictionary<string, string> fields, CancellationToken cancellation)
    {
        if (!WarmupList.IsUrl(url))
        {
            return (WarmupOutcome.Failed, "a line is not an absolute URL such as http://example.com/path");
        }

        var target = new Uri(url);
        string shown = target.GetLeftPart(UriPartial.Path);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using ITimer timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), ends, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            var response = new FetchResponse(new DiscardedResponse());
            HttpContext context = Make(target, fields, scope.ServiceProvider, response, ends.Token);
            Endpoint? endpoint = await routes.MatchAsync(context);
            if (endpoint?.Metadata.GetMetadata<RoutePolicies>() is not { } policies || pipeline.FromCacheOn(policies) is not { } cached)
            {
                return (WarmupOutcome.Skipped, $"{shown}: {(endpoint is null ? "no route takes it" : "its route has no cache")}");
            }

            if (policies.Session is not null)
            {
                return (WarmupOutcome.Skipped, $"{shown}: route {policies.RouteId} demands a session, and a warm-up has none");
            }

            await cached(context);
            await response.CompleteAsync();
            await response.RunCompletedAsync();
            return Judge(response, shown);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            return (WarmupOutcome.Failed, $"{shown}: {(failure is OperationCanceledException ? $"no whole response within {Patience.TotalSeconds:0} s" : failure.GetType().Name)}");
        }
    }

    private static (WarmupOutcome Outcome, string? Problem) Judge(FetchResponse response, string shown)
    {
        string status = response.Headers["Cache-Status"].ToString();
        return status.Contains("; stored", StringComparison.Ordinal) || status.Contains("; collapsed", StringComparison.Ordinal) ? (WarmupOutcome.Stored, null)
            : status.Contains("; hit", StringComparison.Ordinal) ? (WarmupOutcome.Fresh, null)
            : response.StatusCode >= StatusCodes.Status500InternalServerError ? (WarmupOutcome.Failed, $"{shown}: status {response.StatusCode}")
            : (WarmupOutcome.NotStored, $"{shown}: status {response.StatusCode}, {status}");
    }

    private static DefaultHttpContext Make(
        Uri target, IReadOnlyDictionary<string, string> fields, IServiceProvider services, FetchResponse response, CancellationToken ends)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Get,
            Scheme = target.Scheme,
            Protocol = "HTTP/1.1",
            Path = PathString.FromUriComponent(target),
            QueryString = target.Query,
            RawTarget = target.PathAndQuery,
            Body = Stream.Null,
        });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpResponseTrailersFeature>(response);
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = ends });
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { ConnectionId = "warmup", RemoteIpAddress = System.Net.IPAddress.Loopback });
        var context = new DefaultHttpContext(features) { RequestServices = services };
        context.Request.Host = HostString.FromUriComponent(target);
        foreach ((string name, string value) in fields)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private sealed class DiscardedResponse : IFetchSink
    {
        public void Begin(int status, string? reason, IHeaderDictionary headers)
        {
        }

        public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => default;
    }
}
