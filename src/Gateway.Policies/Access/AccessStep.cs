using System.Text.Json.Nodes;
using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Access;

/// <summary>
/// The first step of a route: answers 403 to clients that a deny list names, the gateway's, the route's or one of its limits'. Nothing
/// is counted and nothing looked up for them. A deny list wins over every allow list.
/// </summary>
public sealed class AccessStep(AccessMetrics metrics) : IPolicyStep
{
    private static readonly Problem Denied = new(StatusCodes.Status403Forbidden, "Forbidden", Detail: "This client is not allowed here.");

    /// <inheritdoc/>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next)
    {
        if (DenyList(route) is not { } denied)
        {
            return next;
        }

        KeyValuePair<string, object?> tag = new("route", route.RouteId);
        return context =>
        {
            if (!denied.Contains(context, route.TrustedProxies))
            {
                return next(context);
            }

            metrics.Denied(tag);
            return ProblemWriter.WriteAsync(context, Denied);
        };
    }

    /// <inheritdoc/>
    public ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context) => ValueTask.FromResult<JsonNode?>(
        DenyList(route) is { } denied ? new JsonObject { ["denied"] = denied.Contains(context, route.TrustedProxies) } : null);

    private static AccessList? DenyList(RoutePolicies route) => AccessList.Compile(route.Deny.Concat(route.RateLimits.SelectMany(limit => limit.Deny)));
}
