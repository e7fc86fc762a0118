using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Requests for a range of something of which only parts are stored (RFC 9111 §3.3, §4).</summary>
internal static class PartRequests
{
    /// <summary>A fresh stored part that has the whole range, and the range; null: none.</summary>
    public static async ValueTask<(CacheEntry Entry, ByteRange Range)?> FindAsync(HttpContext context, CacheRequest request, CacheParts parts)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0 || request.HasPrecondition)
        {
            return null;
        }

        long now = parts.Fetching.Now;
        FoundEntry found = await parts.Cache.FindAsync(request.Lookup.Marked(VaryKey.PartMark), GatewayRequest.Of(context).RedisWait);
        bool usable = found.Entry is { } entry && (!request.Credentials || entry.Shareable)
            && Reuse.Decide(entry.Times, request.Control, found.SoftPurged, now).Reason == CacheReason.Fresh
            && Validators.RangeApplies(headers.IfRange, entry.ETag, entry.LastModified, entry.Date, now);
        return usable && PartialEntries.RangeOf(found.Entry!) is { } part
            && RangeRequest.Resolve(headers.Range, part.Total, out ByteRange range) is RangeOutcome.Partial && part.Contains(range)
            ? (found.Entry!, range)
            : null;
    }

    /// <summary>The stored part, in memory, of what the request asks for: something is missing of it. Null: none.</summary>
    public static CacheEntry? PartOf(CacheRequest request, TieredCache cache)
    {
        foreach (CacheEntry entry in cache.VariantsOf(request.Lookup.Uri))
        {
            if (entry.Status == StatusCodes.Status206PartialContent && (!request.Credentials || entry.Shareable)
                && request.Lookup.Marked(VaryKey.PartMark).For(entry.VaryNames) == entry.Variant)
            {
                return entry;
            }
        }

        return null;
    }
}
