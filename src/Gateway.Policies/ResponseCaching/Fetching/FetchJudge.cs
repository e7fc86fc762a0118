using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>Judges what a fetch brought, from its header section (RFC 9111 §3, §4.3.3, §4.3.4, RFC 5861 §4).</summary>
internal sealed class FetchJudge(FetchPlan plan, FetchServices services)
{
    /// <summary>Null: a 304 about something that is not stored, so nothing can be made of it.</summary>
    /// <param name="request">The request that was sent.</param>
    /// <param name="conditional">True: it carried the store's own conditions.</param>
    /// <param name="status">The response's.</param>
    /// <param name="reason">The response's, where it is the destination's own.</param>
    /// <param name="headers">The response's.</param>
    /// <param name="requestTime">Unix milliseconds.</param>
    public FetchHead? Judge(DetachedRequest request, bool conditional, int status, string? reason, IHeaderDictionary headers, long requestTime)
    {
        long now = services.Now;
        if (conditional && status == StatusCodes.Status304NotModified)
        {
            return Validated(headers) is { } valid ? Freshen(valid, request, headers, requestTime, now) : null;
        }

        bool disconnected = services.IsDisconnected(request.Context);
        if (plan.Stale is { } stale && (disconnected || status is 500 or 502 or 503 or 504) && Reuse.MayReplaceError(stale.Times, plan.Control, disconnected, now))
        {
            stale.Pause.Failed(now);
            string standIn = disconnected ? CacheReason.Disconnected : CacheReason.IfError;
            return new FetchHead
            {
                Status = status, Fields = headers, Trailers = request.Trailers, Entry = stale, FromStore = true, StandIn = standIn,
                Verdict = new StoreVerdict(false, standIn),
            };
        }

        return JudgeNew(request, disconnected, status, headers, requestTime, now).Saying(reason);
    }

    /// <summary>The stored response that a 304 is about (RFC 9111 §4.3.4): the one with its entity tag; without one, the one that was asked about.</summary>
    private CacheEntry? Validated(IHeaderDictionary headers)
    {
        StringValues tag = headers.ETag;
        if (tag.Count == 0 && plan.Stale is { LastModified: { } had } && headers.LastModified.Count == 1
            && HttpDate.TryParse(headers.LastModified[0], services.Now, out long has) && has != had)
        {
            return null;
        }

        if (tag.Count == 0)
        {
            return plan.Stale ?? (plan.Candidates.Count == 1 ? plan.Candidates[0] : null);
        }

        if (plan.Stale is { } stale && (stale.ETag is null || Validators.WeakEquals(tag[0], stale.ETag)))
        {
            return stale;
        }

        foreach (CacheEntry candidate in plan.Candidates)
        {
            if (Validators.WeakEquals(tag[0], candidate.ETag))
            {
                return candidate;
            }
        }

        return null;
    }

    private FetchHead Freshen(CacheEntry valid, DetachedRequest request, IHeaderDictionary headers, long requestTime, long now)
    {
        (CacheEntry fresh, StoreVerdict verdict) = EntryMaker.Freshen(valid, plan, headers, requestTime, now);
        if (plan.Stale is { } old && (verdict.IsOfTheResource || (verdict.Store && old.Variant != fresh.Variant)))
        {
            Replace(old, old.Times.WithdrawnAt(now));
        }

        return new FetchHead
        {
            Status = StatusCodes.Status304NotModified, Fields = headers, Trailers = request.Trailers, Entry = fresh, FromStore = true,
            Verdict = verdict,
        };
    }

    /// <summary>Parts are kept apart from whole responses.</summary>
    private FetchPlan PlaceOf(ResponseFacts facts) => facts.Part is null ? plan : plan with { Lookup = plan.Lookup.Marked(VaryKey.PartMark) };

    private FetchHead JudgeNew(DetachedRequest request, bool disconnected, int status, IHeaderDictionary headers, long requestTime, long now)
    {
        ResponseFacts facts = ResponseFacts.Read(status, headers, now);
        StoreVerdict verdict = disconnected ? new StoreVerdict(false, CacheReason.Disconnected)
            : facts.Part is not null && !plan.KeepConditions ? new StoreVerdict(false, CacheReason.Partial)
            : ConditionOutcome.Is(status, request.Context.Request.Headers) ? new StoreVerdict(false, CacheReason.RequestCondition)
            : Cacheability.Decide(plan.Control, plan.Credentials, facts, plan.Rules);
        verdict = verdict.Store && headers.ContentLength > plan.MaxObject ? new StoreVerdict(false, CacheReason.TooLarge) : verdict;
        verdict = verdict.Store && !plan.Admitted ? new StoreVerdict(false, CacheReason.MinUses) : verdict;
        Supersede(verdict, status, now);
        bool share = verdict.Store || verdict.Reason is CacheReason.TooLarge or CacheReason.MinUses;
        return new FetchHead
        {
            Status = status,
            Fields = headers,
            Trailers = request.Trailers,
            Verdict = verdict,
            Entry = share ? EntryMaker.Of(PlaceOf(facts), facts, headers, requestTime, now) : null,
        };
    }

    /// <summary>What validation replaced by something that may not be stored is no longer fresh, nor served while it is fetched anew.</summary>
    private void Supersede(StoreVerdict verdict, int status, long now)
    {
        if (verdict.IsOfTheResource && status < 500 && plan.Stale is { } old && (old.Times.LeftAt(now) > 0 || old.Times.StaleWhileRevalidate > 0))
        {
            Replace(old, old.Times.SupersededAt(now));
        }
    }

    private void Replace(CacheEntry old, EntryTimes times)
    {
        CacheEntry worse = old with { Times = times };
        services.Cache.Keep(worse, plan.Generation);
        _ = services.Cache.ShareAsync(worse).AsTask();
    }
}
