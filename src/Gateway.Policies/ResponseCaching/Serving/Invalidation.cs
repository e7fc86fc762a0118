using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Invalidation by unsafe methods (RFC 9111 §4.4): after a response that is no error the target URI, and what Location and
/// Content-Location name on the same origin, are removed before the client sees the response, on whichever route they are stored. Methods nobody knows count as unsafe.
/// </summary>
internal static class Invalidation
{
    public static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    public static async Task AfterAsync(HttpContext context, CacheParts parts)
    {
        if (context.Response.StatusCode is < 200 or >= 400)
        {
            return;
        }

        string target = RequestReader.WholeUriOf(context);
        var uris = new HashSet<string>(StringComparer.Ordinal) { target };
        uris.UnionWith(parts.Queries.KeysOf(target));
        Add(uris, context.Response.Headers.Location, target, parts);
        Add(uris, context.Response.Headers.ContentLocation, target, parts);
        WaitBudget wait = GatewayRequest.Of(context).RedisWait;
        foreach (string uri in uris)
        {
            await parts.Cache.InvalidateAsync(uri, wait);
        }

        await TagInvalidation.PurgeGroupsAsync(context, parts.Purge);
    }

    /// <summary>On a route without a cache policy: what it changes, another route may have stored.</summary>
    public static RequestDelegate Wrap(RequestDelegate next, CacheParts parts) => context =>
    {
        if (!IsSafe(context.Request.Method) && parts.Queries.AnyRoute)
        {
            context.Response.OnStarting(() => AfterAsync(context, parts));
        }

        return next(context);
    };

    private static void Add(HashSet<string> uris, string? reference, string target, CacheParts parts)
    {
        if (!string.IsNullOrEmpty(reference) && Uri.TryCreate(target, UriKind.Absolute, out Uri? own)
            && Uri.TryCreate(own, reference, out Uri? named) && Origin(named) == Origin(own))
        {
            uris.UnionWith(parts.Queries.KeysOf(named.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)));
        }
    }

    private static string Origin(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
