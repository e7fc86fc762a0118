using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// HEAD requests that no stored GET answers. A response to one answers later HEADs (RFC 9110 §9.3.2), and tells whether the stored GET
/// still holds (RFC 9111 §4.3.5).
/// </summary>
internal sealed class HeadRequests(RouteFetches fetches, CacheParts parts)
{
    /// <summary>A stored response to a HEAD that may be served now; null: none.</summary>
    public async ValueTask<CacheEntry?> FindAsync(HttpContext context, CacheRequest request)
    {
        FoundEntry found = await parts.Cache.FindAsync(request.Lookup.Marked(VaryKey.HeadMark), GatewayRequest.Of(context).RedisWait);
        bool usable = found.Entry is { } entry && (!request.Credentials || entry.Shareable)
            && Reuse.Decide(entry.Times, request.Control, found.SoftPurged, parts.Fetching.Now).Reason == CacheReason.Fresh;
        return usable ? found.Entry : null;
    }

    /// <summary>What to do when the destination's response to a HEAD comes.</summary>
    /// <param name="context">The client's.</param>
    /// <param name="request">The request, read.</param>
    /// <param name="stored">The stored GET that could have been chosen for it; null: none.</param>
    /// <param name="status">What the cache does.</param>
    /// <returns>For <see cref="Forwarding.PassAsync"/>.</returns>
    public Func<HttpContext, ValueTask<string?>> Learning(HttpContext context, CacheRequest request, CacheEntry? stored, CacheStatus status)
    {
        FetchPlan plan = fetches.PlanOf(context, request, request.Lookup.Marked(VaryKey.HeadMark), null);
        HeadStandIn? standIn = stored is null ? null : new HeadStandIn(stored, context.Response);
        long began = parts.Fetching.Now;
        long invalidations = parts.Table.InvalidationsOf(request.Lookup.Uri);
        return async client =>
        {
            bool disconnected = parts.Fetching.IsDisconnected(client);
            if (standIn?.Replace(client.Response, plan.Control, disconnected, status, parts.Fetching.Now) is { } replaced)
            {
                return replaced.ToString();
            }

            if (invalidations == parts.Table.InvalidationsOf(request.Lookup.Uri) && !disconnected)
            {
                await LearnAsync(client.Response, plan, request.Lookup, stored, began);
            }

            return null;
        };
    }

    private async Task LearnAsync(HttpResponse response, FetchPlan plan, VariantLookup lookup, CacheEntry? stored, long began)
    {
        if (stored is not null && response.StatusCode == StatusCodes.Status200OK)
        {
            await UpdateAsync(response, plan with { Lookup = lookup }, stored, began);
            return;
        }

        ResponseFacts facts = ResponseFacts.Read(response.StatusCode, response.Headers, parts.Fetching.Now);
        if (facts.Part is null && !ConditionOutcome.Is(facts.Status, response.HttpContext.Request.Headers)
            && Cacheability.Decide(plan.Control, plan.Credentials, facts, plan.Rules).Store)
        {
            CacheEntry entry = EntryMaker.Of(plan, facts, response.Headers, began, parts.Fetching.Now);
            string? reason = response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase;
            await KeepAsync(entry with { Reason = CustomReason.Of(response.StatusCode, reason) }, plan.Generation);
        }
    }

    private async Task UpdateAsync(HttpResponse response, FetchPlan plan, CacheEntry stored, long began)
    {
        long now = parts.Fetching.Now;
        (CacheEntry fresh, StoreVerdict verdict) = EntryMaker.Freshen(stored, plan, response.Headers, began, now);
        bool holds = Agrees(stored, response.Headers);
        if (holds && verdict.Store)
        {
            await KeepAsync(fresh, plan.Generation);
        }

        if (!holds || verdict.IsOfTheResource || (verdict.Store && fresh.Variant != stored.Variant))
        {
            await KeepAsync(stored with { Times = holds ? stored.Times.WithdrawnAt(now) : stored.Times.SupersededAt(now) }, plan.Generation);
        }
    }

    private ValueTask KeepAsync(CacheEntry entry, int generation)
    {
        parts.Cache.Keep(entry, generation);
        return parts.Cache.ShareAsync(entry);
    }

    /// <summary>RFC 9111 §4.3.5: the validators that came, and the length where one came, are those of what is stored.</summary>
    private bool Agrees(CacheEntry stored, IHeaderDictionary headers)
    {
        ResponseFacts facts = ResponseFacts.Read(StatusCodes.Status200OK, headers, parts.Fetching.Now);
        return (facts.ETag is null || facts.ETag == stored.ETag)
            && (facts.LastModified is null || facts.LastModified == stored.LastModified)
            && (headers.ContentLength is not { } length || length == stored.Body.Length);
    }
}
