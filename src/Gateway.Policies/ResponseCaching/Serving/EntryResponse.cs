using System.Globalization;
using Gateway.Policies.Rejections;
using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Answers from a whole entry: 200, 206, 304 or 416 (RFC 9111 §4, RFC 9110 §13 and §14).</summary>
internal static class EntryResponse
{
    /// <param name="context">The client's.</param>
    /// <param name="entry">What to answer with.</param>
    /// <param name="cacheStatus">This cache's member of Cache-Status.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static ValueTask WriteAsync(HttpContext context, CacheEntry entry, string cacheStatus, long now)
    {
        IHeaderDictionary request = context.Request.Headers;
        HttpResponse response = context.Response;
        bool whole = entry.Status != StatusCodes.Status200OK;
        if (!whole && Validators.IsNotModified(request, entry.ETag, entry.LastModified, entry.Date, now))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            CopyFields(response.Headers, entry, withBody: false, now, cacheStatus);
            return default;
        }

        ByteRange range = default;
        RangeOutcome outcome = !whole && request.Range.Count > 0 && HttpMethods.IsGet(context.Request.Method)
            && Validators.RangeApplies(request.IfRange, entry.ETag, entry.LastModified, entry.Date, now)
            ? RangeRequest.Resolve(request.Range, entry.Body.Length, out range)
            : RangeOutcome.Ignore;
        return outcome switch
        {
            RangeOutcome.Partial => WritePartAsync(context, entry, range, cacheStatus, now),
            RangeOutcome.NotSatisfiable => RefuseAsync(context, entry, cacheStatus),
            _ => WriteWholeAsync(context, entry, cacheStatus, now),
        };
    }

    /// <summary>The entry's fields as they are sent: with Age, this cache's Cache-Status, and for a 304 without those of the body.</summary>
    public static void CopyFields(IHeaderDictionary headers, CacheEntry entry, bool withBody, long now, string? cacheStatus)
    {
        foreach ((string name, StringValues lines) in entry.Fields)
        {
            if (withBody || !IsOfTheBody(name))
            {
                headers[name] = lines;
            }
        }

        headers[HeaderNames.Age] = (entry.Times.AgeAt(now) / 1000).ToString(CultureInfo.InvariantCulture);
        headers.Append(CacheStatusField, cacheStatus);
    }

    /// <summary>The status, with the destination's own reason phrase where it sent one.</summary>
    public static void SetStatus(HttpResponse response, int status, string? reason)
    {
        response.StatusCode = status;
        if (reason is not null)
        {
            response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason;
        }
    }

    /// <summary>The field that says what caches did (RFC 9211).</summary>
    public const string CacheStatusField = "Cache-Status";

    private static ValueTask WriteWholeAsync(HttpContext context, CacheEntry entry, string cacheStatus, long now)
    {
        HttpResponse response = context.Response;
        SetStatus(response, entry.Status, entry.Reason);
        CopyFields(response.Headers, entry, withBody: true, now, cacheStatus);
        if (entry.Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent)
        {
            return default;
        }

        if (entry.Variant.StartsWith(VaryKey.HeadMark, StringComparison.Ordinal))
        {
            // What a HEAD brought has no body to count: its Content-Length, if it had one, is among its fields.
            return default;
        }

        response.ContentLength = entry.Body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? default
            : SendAsync(context, entry.Body, 0, entry.Body.Length);
    }

    /// <summary>206, with a range that is stored: of a whole response, or of a part.</summary>
    public static ValueTask WritePartAsync(HttpContext context, CacheEntry entry, ByteRange range, string cacheStatus, long now)
    {
        ContentRange stored = PartialEntries.RangeOf(entry) ?? new ContentRange(0, entry.Body.Length - 1, entry.Body.Length);
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status206PartialContent;
        CopyFields(response.Headers, entry, withBody: true, now, cacheStatus);
        response.ContentLength = range.Length;
        response.Headers.ContentRange = new ContentRange(range.First, range.First + range.Length - 1, stored.Total).ToString();
        return SendAsync(context, entry.Body, range.First - stored.First, range.Length);
    }

    private static ValueTask SendAsync(HttpContext context, StoredBody body, long first, long length) => body is ArrivingBody { IsWhole: false } arriving
        ? SendArrivingAsync(context, arriving, first, length)
        : body.WriteAsync(context.Response.Body, first, length, context.RequestAborted);

    private static async ValueTask SendArrivingAsync(HttpContext context, ArrivingBody body, long first, long length)
    {
        if (!await body.SendAsync(context.Response.Body, first, length, context.RequestAborted))
        {
            // What broke off must not look whole (RFC 9112 §8).
            context.Abort();
        }
    }

    private static ValueTask RefuseAsync(HttpContext context, CacheEntry entry, string cacheStatus)
    {
        context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{entry.Body.Length}");
        context.Response.Headers.Append(CacheStatusField, cacheStatus);
        return new ValueTask(ProblemWriter.WriteAsync(context, Problems.Of(StatusCodes.Status416RangeNotSatisfiable)));
    }

    private static bool IsOfTheBody(string name) =>
        name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.ContentEncoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.ContentLanguage, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.ContentRange, StringComparison.OrdinalIgnoreCase);
}
