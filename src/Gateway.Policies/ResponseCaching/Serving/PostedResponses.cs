using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Responses to POST that say they are what a GET of the URI would bring now (RFC 9110 §9.3.3): 200, a lifetime of their own, and the target
/// as Content-Location. They stream to the client, and are stored for later GETs and HEADs; every POST still reaches the destination.
/// </summary>
internal sealed class PostedResponses(RouteFetches fetches, CacheParts parts, RequestReader reader)
{
    /// <param name="context">The client's.</param>
    /// <param name="forward">The forwarding pipeline.</param>
    /// <param name="status">This cache's member of Cache-Status.</param>
    /// <param name="invalidate">Removes what is stored of the URI, before the client sees the response.</param>
    public async Task PassAsync(HttpContext context, RequestDelegate forward, string status, Func<HttpContext, ValueTask<string?>> invalidate)
    {
        IHttpResponseBodyFeature own = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var recording = new PostRecording(own, parts.Fetching.Recording);
        var body = new StreamResponseBodyFeature(recording, own);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        long began = parts.Fetching.Now;
        try
        {
            await Forwarding.PassAsync(context, forward, status, async client =>
            {
                await invalidate(client);
                Consider(client, recording, began);
                return null;
            });
            await body.CompleteAsync();
            if (!parts.Fetching.IsBroken(context) && !context.RequestAborted.IsCancellationRequested)
            {
                await recording.EndAsync();
            }
        }
        finally
        {
            context.Features.Set(own);
        }
    }

    private void Consider(HttpContext context, PostRecording recording, long began)
    {
        HttpResponse response = context.Response;
        if (response.StatusCode != StatusCodes.Status200OK || response.Headers.ContentLocation.Count != 1)
        {
            return;
        }

        CacheRequest request = reader.Read(context, SteeringFields.AreIn(context.Request.Headers));
        FetchPlan plan = fetches.PlanOf(context, request, request.Lookup, null);
        long now = parts.Fetching.Now;
        ResponseFacts facts = ResponseFacts.Read(response.StatusCode, response.Headers, now);
        (long lifetime, LifetimeSource source) = Freshness.LifetimeOf(facts, FreshnessRules.Rfc);
        bool isExplicit = lifetime > 0 && source is LifetimeSource.SharedMaxAge or LifetimeSource.MaxAge or LifetimeSource.Expires;
        if (!isExplicit || !NamesTarget(context, request.Lookup.Uri) || !Cacheability.Decide(plan.Control, plan.Credentials, facts, plan.Rules).Store)
        {
            return;
        }

        CacheEntry entry = EntryMaker.Of(plan, facts, response.Headers, began, now);
        long invalidations = parts.Table.InvalidationsOf(request.Lookup.Uri);
        recording.Record(response.ContentLength, plan.MaxObject, whole =>
        {
            if (invalidations == parts.Table.InvalidationsOf(request.Lookup.Uri))
            {
                CacheEntry stored = entry with { Body = whole };
                parts.Cache.Keep(stored, plan.Generation);
                _ = parts.Cache.ShareAsync(stored).AsTask();
            }
        });
    }

    private bool NamesTarget(HttpContext context, string target) =>
        Uri.TryCreate(RequestReader.WholeUriOf(context), UriKind.Absolute, out Uri? own)
        && Uri.TryCreate(own, context.Response.Headers.ContentLocation[0], out Uri? named)
        && CacheKey.OfUrl(named.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped), reader.Query) == target;
}
