using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Purges by writes: a successful unsafe request purges the tags its route names, and the groups its response names
/// (Cache-Group-Invalidation, RFC 9875 §3), before the client sees the response.
/// </summary>
internal static class TagInvalidation
{
    /// <summary>Puts the purge of a route's tags before <paramref name="next"/>.</summary>
    public static RequestDelegate Wrap(RoutePolicies route, CachePurge purge, RequestDelegate next)
    {
        var tags = new TagTemplates(route.RouteId, route.InvalidatesTags);
        return context =>
        {
            if (!Invalidation.IsSafe(context.Request.Method))
            {
                context.Response.OnStarting(() => Succeeded(context) ? PurgeAsync(context, tags.For(context), purge) : Task.CompletedTask);
            }

            return next(context);
        };
    }

    /// <summary>Purges the groups that the response to an unsafe request names, of the request's own origin.</summary>
    public static Task PurgeGroupsAsync(HttpContext context, CachePurge purge)
    {
        if (!Succeeded(context) || context.Response.Headers[ResponseTags.GroupInvalidation] is not { Count: > 0 } named)
        {
            return Task.CompletedTask;
        }

        string uri = RequestReader.WholeUriOf(context);
        return PurgeAsync(context, [.. StringList.Parse(named).Select(group => ResponseTags.GroupOf(uri, group))], purge);
    }

    private static bool Succeeded(HttpContext context) => context.Response.StatusCode is >= 200 and < 400;

    private static async Task PurgeAsync(HttpContext context, IReadOnlyList<string> tags, CachePurge purge)
    {
        foreach (string tag in tags)
        {
            await purge.PurgeTagAsync(tag, GatewayRequest.Of(context).RedisWait);
        }
    }
}
