using Gateway.Policies.Rejections;
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
    /// <summary>For a must-revalidate response, however it says so, and a destination that cannot be reached (RFC 9111 §5.2.2.2).</summary>
    public static Problem NotValidated { get; } = Problems.Of(StatusCodes.Status504GatewayTimeout) with
    {
        Detail = "What is stored must be validated before it is served, and the destination could not be reached.",
    };

    private static Problem Truncated { get; } = Problems.Of(StatusCodes.Status502BadGateway) with { Detail = "The destination broke off its answer." };

    /// <param name="context">The client's.</param>
    /// <param name="joined">What came, and the body, which is left when this returns. Of another request's fetch only what is stored is passed on.</param>
    /// <param name="status">This cache's member of Cache-Status.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static async Task RelayAsync(HttpContext context, JoinedFetch joined, CacheStatus status, long now)
    {
        (FetchHead head, SharedBodyReader reader, bool collapsed, bool judged) = joined;
        HttpResponse response = context.Response;
        if (!judged && head.Entry is { Status: StatusCodes.Status200OK } entry
            && Validators.IsNotModified(context.Request.Headers, entry.ETag, entry.LastModified, entry.Date, now))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            EntryResponse.CopyFields(response.Headers, entry, withBody: false, now, status.ToString());
            return;
        }

        if (await reader.BeginAsync(context.RequestAborted) is BodyEnd.Broken)
        {
            await RefuseAsync(context, Truncated, status with { Stored = false, Detail = CacheReason.Truncated });
            return;
        }

        CopyHead(response, head, collapsed, status.ToString(), now);
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

    /// <summary>
    /// Cookies that came with a 304 are for the client whose request was validated. They are not stored, so the entry has none of them.
    /// </summary>
    public static void PassCookies(HttpResponse response, JoinedFetch joined)
    {
        StringValues cookies = joined is { Collapsed: false, Head: { StandIn: null, IsBrought: false } head } ? head.Fields.SetCookie : default;
        foreach (string? cookie in cookies)
        {
            response.Headers.Append(HeaderNames.SetCookie, cookie);
        }
    }

    /// <summary>Answers for a destination that gave nothing to pass on: nothing has been sent yet.</summary>
    public static Task RefuseAsync(HttpContext context, Problem problem, CacheStatus status)
    {
        // A request that ran out of time meanwhile is answered with that.
        context.RequestAborted.ThrowIfCancellationRequested();
        context.Response.Headers.Append(EntryResponse.CacheStatusField, status.ToString());
        return ProblemWriter.WriteAsync(context, problem);
    }

    private static void CopyHead(HttpResponse response, FetchHead head, bool collapsed, string cacheStatus, long now)
    {
        EntryResponse.SetStatus(response, head.Status, head.Reason);
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
