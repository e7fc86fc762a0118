using System.Text.Json.Nodes;
using Gateway.Policies.ResponseCaching.Serving;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching;

/// <summary>The cache's place in a route's pipeline: the last before the forwarding pipeline.</summary>
public sealed class CachingStep : IPolicyStep
{
    private readonly CacheParts _parts;

    internal CachingStep(CacheParts parts) => _parts = parts;

    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next)
    {
        next = route.InvalidatesTags.Count > 0 ? TagInvalidation.Wrap(route, _parts.Purge, next) : next;
        return route.Cache is { } policy ? new RouteCache(route.RouteId, policy, _parts, next).InvokeAsync : Invalidation.Wrap(next, _parts);
    }

    public async ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context) =>
        route.Cache is { } policy ? await new CacheExplanation(route.RouteId, policy, _parts).OfAsync(context) : null;
}
