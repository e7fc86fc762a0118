using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>The place of a route's limits in its pipeline: one step before the session, one after it.</summary>
public sealed class RateLimitingStep(LimitStage stage, RateLimiter limiter) : IPolicyStep
{
    /// <inheritdoc/>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next) => Wrap(route, next, whileWaiting: null);

    /// <inheritdoc cref="Wrap(RoutePolicies, RequestDelegate)"/>
    /// <param name="route">Whose limits.</param>
    /// <param name="next">What follows for requests that are admitted.</param>
    /// <param name="whileWaiting">Called for each request whose limits are asked in Redis, once the question is on its way; null: nothing.</param>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next, Action<HttpContext>? whileWaiting)
    {
        RouteLimits limits = limiter.Compile(route);
        return limits.Of(stage).IsEmpty && limits.Shadows(stage).IsEmpty ? next : new RateLimitingMiddleware(limits, stage, limiter, whileWaiting, next).InvokeAsync;
    }

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context)
    {
        RouteLimits limits = limiter.Compile(route);
        var explained = new JsonArray();
        foreach (RouteLimit limit in limits.Named(stage))
        {
            explained.Add((JsonNode)await RateLimitExplanation.OfAsync(limit, route, context, limiter));
        }

        return explained.Count == 0 ? null : explained;
    }
}
