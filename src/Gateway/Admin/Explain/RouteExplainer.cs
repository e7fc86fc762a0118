using System.Text.Json.Nodes;
using Gateway.Configuration.Reload;
using Gateway.Policies.Access;
using Gateway.Policies.Admission;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;

namespace Gateway.Admin.Explain;

/// <summary>
/// Says what the gateway would do with a request: which route takes it, where it would go, and what each policy would say.
/// Spends no permit, extends no session, stores and sends nothing.
/// </summary>
internal sealed class RouteExplainer
{
    private readonly IServiceProvider _services;
    private readonly SnapshotSource _source;
    private readonly Lazy<RouteMatcher> _matcher;

    /// <param name="services">The gateway's services.</param>
    /// <param name="endpoints">The gateway's endpoints; read when the first request is explained.</param>
    public RouteExplainer(IServiceProvider services, Func<IReadOnlyCollection<EndpointDataSource>> endpoints)
    {
        _services = services;
        _source = services.GetRequiredService<SnapshotSource>();
        _matcher = new Lazy<RouteMatcher>(() => new RouteMatcher(services, endpoints()));
    }

    public async Task<JsonObject> ExplainAsync(ExplainRequest request)
    {
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
        HttpContext context = Describe(request, scope.ServiceProvider);
        Endpoint? endpoint = await _matcher.Value.MatchAsync(context);
        var told = new JsonObject { ["method"] = request.Method, ["url"] = request.Url.GetLeftPart(UriPartial.Path), ["client"] = request.Peer.ToString() };
        if (endpoint?.Metadata.GetMetadata<RoutePolicies>() is not { } policies)
        {
            return NoRoute(told, request, endpoint);
        }

        told["matched"] = true;
        if (endpoint.Metadata.GetMetadata<RouteModel>() is { } route)
        {
            told["route"] = RouteSummary.Of(route.Config, policies);
            told["transforms"] = ForwardSummary.Transforms(route.Config);
            told["destinations"] = ForwardSummary.Destinations(route);
        }

        told["client"] = ClientAddress.Of(context, policies.TrustedProxies).ToString();
        await AskAsync(told, policies, context);
        return told;
    }

    private static DefaultHttpContext Describe(ExplainRequest request, IServiceProvider services)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = request.Method;
        context.Request.Scheme = request.Url.Scheme;
        context.Request.Host = HostString.FromUriComponent(request.Url);
        context.Request.Path = PathString.FromUriComponent(request.Url);
        context.Request.QueryString = QueryString.FromUriComponent(request.Url);
        context.Request.Protocol = "HTTP/1.1";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = request.Url.PathAndQuery;
        context.Connection.RemoteIpAddress = request.Peer;
        foreach ((string name, string value) in request.Headers)
        {
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                context.Request.Host = new HostString(value);
            }
            else
            {
                context.Request.Headers.Append(name, value);
            }
        }

        return context;
    }

    private JsonObject NoRoute(JsonObject told, ExplainRequest request, Endpoint? endpoint)
    {
        told["matched"] = false;
        told["because"] = endpoint is null ? "No route takes this path, host and header fields." : $"Routing answers this itself: {endpoint.DisplayName}.";
        told["nearest"] = new JsonArray([.. NearestRoutes.Of(request.Url.AbsolutePath, _source.Current.Routes)
            .Select(route => RouteSummary.Of(route, _source.Current.Policies.GetValueOrDefault(route.RouteId)))]);
        return told;
    }

    // In the pipeline's order: what comes after the session needs to know it.
    private async Task AskAsync(JsonObject told, RoutePolicies policies, HttpContext context)
    {
        told["access"] = await _services.GetRequiredService<AccessStep>().ExplainAsync(policies, context);
        told["admission"] = await _services.GetRequiredService<AdmissionStep>().ExplainAsync(policies, context);
        JsonNode? before = await LimitsOf(LimitStage.BeforeSession).ExplainAsync(policies, context);
        told["session"] = await _services.GetRequiredService<SessionStep>().ExplainAsync(policies, context);
        JsonNode? after = await LimitsOf(LimitStage.AfterSession).ExplainAsync(policies, context);
        told["limits"] = new JsonArray([.. Items(before).Concat(Items(after))]);
        told["cache"] = await _services.GetRequiredService<CachingStep>().ExplainAsync(policies, context);
    }

    private static IEnumerable<JsonNode?> Items(JsonNode? limits) => (limits as JsonArray ?? []).Select(limit => limit?.DeepClone());

    private IPolicyStep LimitsOf(LimitStage stage) => _services.GetRequiredKeyedService<IPolicyStep>(stage);
}
