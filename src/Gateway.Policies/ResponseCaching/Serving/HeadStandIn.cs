using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Answers a HEAD from the stored GET where the destination failed to: stale where that is allowed (RFC 5861 §4, RFC 9111 §4.2.4), else with a
/// 504 where validation was required (RFC 9111 §5.2.2.2). A HEAD has no body, so all of it can be replaced until it is sent.
/// </summary>
/// <param name="stored">The stored GET.</param>
/// <param name="response">Before the request is forwarded: what the gateway itself has said by then stays.</param>
internal sealed class HeadStandIn(CacheEntry stored, HttpResponse response)
{
    private readonly KeyValuePair<string, StringValues>[] _own = [.. response.Headers];

    /// <summary>Null: the destination's answer stands. Else what the cache did.</summary>
    public CacheStatus? Replace(HttpResponse failed, CacheControl control, bool disconnected, CacheStatus status, long now)
    {
        int said = failed.StatusCode;
        if ((disconnected || said is 500 or 502 or 503 or 504) && Reuse.MayReplaceError(stored.Times, control, disconnected, now))
        {
            failed.Headers.Clear();
            Array.ForEach(_own, field => failed.Headers[field.Key] = field.Value);
            EntryResponse.SetStatus(failed, stored.Status, stored.Reason);
            EntryResponse.CopyFields(failed.Headers, stored, withBody: true, now, cacheStatus: null);
            failed.ContentLength = stored.Body.Length;
            return status with
            {
                ForwardStatus = said,
                Ttl = (long)Math.Floor(stored.Times.LeftAt(now) / 1000.0),
                Detail = disconnected ? CacheReason.Disconnected : CacheReason.IfError,
            };
        }

        if (disconnected && stored.Times.NeverStale)
        {
            EntryResponse.SetStatus(failed, StatusCodes.Status504GatewayTimeout, null);
            failed.ContentLength = null;
            return status with { Detail = CacheReason.Disconnected };
        }

        return null;
    }
}
