using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Passes on a response while its fetch receives it.</summary>
internal static class FetchedResponse
{
    /// <param name="context">The client's.</param>
    /// <param name="head">What came.</param>
    /// <param name="reader">The body; left when this returns.</param>
    /// <param name="collapsed">True: another request began the fetch, so only what is stored is passed on.</param>
    /// <param name="cacheStatus">This cache's member of Cache-Status.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static async Task RelayAsync(
        HttpContext context, FetchHead head, SharedBodyReader reader, bool collapsed, string cacheStatus, long now)
    {
        HttpResponse response = context.Response;
        if (head.Entry is { Status: StatusCodes.Status200OK } entry
            && Validators.IsNotModified(context.Request.Headers, entry.ETag, entry.LastModified, entry.Date, now))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            EntryResponse.CopyFields(response.Headers, entry, withBody: false, now, cacheStatus);
            return;
        }

        CopyHead(response, head, collapsed, cacheStatus, now);
        await response.StartAsync(context.RequestAborted);
        BodyEnd end = await reader.CopyToAsync(response.Body, context.RequestAborted);
        if (end is BodyEnd.Broken)
        {
            // What broke off must not look whole (RFC 9112 §8).
            context.Abort();
            return;
        }

        foreach ((string name, StringValues lines) in response.SupportsTrailers() ? head.Trailers : Enumerable.Empty<KeyValuePair<string, StringValues>>())
        {
            response.AppendTrailer(name, lines);
        }
    }

    private static void CopyHead(HttpResponse response, FetchHead head, bool collapsed, string cacheStatus, long now)
    {
        response.StatusCode = head.Status;
        if (collapsed && head.Entry is { } entry)
        {
            EntryResponse.CopyFields(response.Headers, entry, withBody: true, now, cacheStatus);
            response.ContentLength = head.Fields.ContentLength;
            return;
        }

        foreach ((string name, StringValues lines) in head.Fields)
        {
            if (!name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[name] = lines;
            }
        }

        response.Headers.Append(EntryResponse.CacheStatusField, cacheStatus);
    }
}
