using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>The place of a route's limits in its pipeline: one step before the session, one after it.</summary>
public sealed class RateLimitingStep(LimitStage stage, RateLimiter limiter) : IPolicyStep
{
    /// <inheritdoc/>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next)
    {
        RouteLimits limits = limiter.Compile(route);
        (_, int count) = limits.Of(stage).GetOffsetAndLength(limits.Count);
        return count == 0 ? next : new RateLimitingMiddleware(limits, stage, limiter, next).InvokeAsync;
    }

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context)
    {
        RouteLimits limits = limiter.Compile(route);
        (int start, int count) = limits.Of(stage).GetOffsetAndLength(limits.Count);
        var explained = new JsonArray();
        for (int i = start; i < start + count; i++)
        {
            explained.Add((JsonNode)await RateLimitExplanation.OfAsync(limits[i].Policy, stage, route, context, limiter));
        }

        return count == 0 ? null : explained;
    }
}
