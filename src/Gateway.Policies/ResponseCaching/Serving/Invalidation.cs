using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Invalidation by unsafe methods (RFC 9111 §4.4): after a response that is no error the target URI, and what Location and
/// Content-Location name on the same origin, are removed before the client sees the response. Methods nobody knows count as unsafe.
/// </summary>
internal static class Invalidation
{
    public static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    public static async Task AfterAsync(HttpContext context, RequestReader reader, TieredCache cache)
    {
        if (context.Response.StatusCode is < 200 or >= 400)
        {
            return;
        }

        WaitBudget wait = GatewayRequest.Of(context).RedisWait;
        string whole = RequestReader.WholeUriOf(context);
        var uris = new HashSet<string>(StringComparer.Ordinal) { whole, reader.UriOf(context) };
        Add(uris, context.Response.Headers.Location, whole, reader.Query);
        Add(uris, context.Response.Headers.ContentLocation, whole, reader.Query);
        foreach (string uri in uris)
        {
            await cache.InvalidateAsync(uri, wait);
        }
    }

    private static void Add(HashSet<string> uris, string? reference, string whole, QueryFilter? query)
    {
        if (string.IsNullOrEmpty(reference) || !Uri.TryCreate(whole, UriKind.Absolute, out Uri? target)
            || !Uri.TryCreate(target, reference, out Uri? named) || Origin(named) != Origin(target))
        {
            return;
        }

        string url = named.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        Add(uris, CacheKey.OfUrl(url, null));
        Add(uris, CacheKey.OfUrl(url, query));
    }

    private static void Add(HashSet<string> uris, string? uri)
    {
        if (uri is not null)
        {
            uris.Add(uri);
        }
    }

    private static string Origin(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
