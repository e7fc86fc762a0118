using Gateway.Policies.Rejections;
using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>The cache of one route, compiled from its policy: serves, validates, fetches, invalidates.</summary>
internal sealed class RouteCache
{
    private static readonly string KnownUncacheable =
        new CacheStatus { Forward = CacheReason.UriMiss, Detail = CacheReason.KnownUncacheable }.ToString();

    private readonly CacheParts _parts;
    private readonly RouteFetches _fetches;
    private readonly HeadRequests _heads;
    private readonly PostedResponses _posts;
    private readonly RequestReader _reader;
    private readonly PolicyBypass _bypass;
    private readonly RequestDelegate _forward;
    private readonly CacheReport _report;
    private readonly bool _newEnough;

    public RouteCache(string route, CachePolicy policy, CacheParts parts, RequestDelegate forward)
    {
        _parts = parts;
        _forward = forward;
        _reader = new RequestReader(route, policy);
        _bypass = new PolicyBypass(policy);
        _newEnough = policy.ClientNoCache is ClientNoCache.Revalidate;
        _report = new CacheReport(route, policy.Name, parts.Metrics);
        _fetches = new RouteFetches(route, policy, parts, forward);
        _heads = new HeadRequests(_fetches, parts);
        _posts = new PostedResponses(_fetches, parts, _reader);
        parts.Queries.Add(_reader.Query);
    }

    /// <summary>Answers from the store without waiting where memory has what is asked for.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        bool steered = SteeringFields.AreIn(context.Request.Headers);
        if (_bypass.ReasonOf(context, steered) is { } reason)
        {
            return PassByAsync(context, reason, steered);
        }

        CacheRequest request = _reader.Read(context, steered);
        if (_parts.Cache.TryFindHere(request.Lookup, out FoundEntry here) || _fetches.IsMarked(request) || _fetches.IsUnderWay(request))
        {
            return AnswerAsync(context, request, here);
        }

        ValueTask<FoundEntry> finding = _parts.Cache.FindAsync(request.Lookup, GatewayRequest.Of(context).RedisWait);
        return finding.IsCompletedSuccessfully ? AnswerAsync(context, request, finding.Result) : FindFirstAsync(context, request, finding);
    }

    private async Task FindFirstAsync(HttpContext context, CacheRequest request, ValueTask<FoundEntry> finding) =>
        await AnswerAsync(context, request, await finding);

    private Task PassByAsync(HttpContext context, string reason, bool steered)
    {
        bool method = reason == CacheReason.Method;
        _report.Record(context, Outcome.Bypass, reason);
        var status = new CacheStatus { Forward = method ? "method" : "bypass", Detail = method ? null : reason };
        bool unsafeMethod = !Invalidation.IsSafe(context.Request.Method);
        return method && _bypass.TakesPost(context, steered)
            ? _posts.PassAsync(context, _forward, status.ToString(), InvalidateAsync)
            : Forwarding.PassAsync(context, _forward, status.ToString(), unsafeMethod ? InvalidateAsync : null);
    }

    private async ValueTask<string?> InvalidateAsync(HttpContext client)
    {
        await Invalidation.AfterAsync(client, _parts);
        return null;
    }

    private Task AnswerAsync(HttpContext context, CacheRequest request, FoundEntry found)
    {
        CacheEntry? entry = found.Entry is { } stored && (!request.Credentials || stored.Shareable) ? stored : null;
        long now = _parts.Fetching.Now;
        CacheControl control = _newEnough && entry is not null ? NewEnough(entry, request.Control, now) : request.Control;
        ReuseVerdict verdict = entry is null ? default : Reuse.Decide(entry.Times, control, found.SoftPurged, now);
        if (entry is not null && verdict.Kind is ReuseKind.Revalidate && ServesWhilePaused(entry, request.Control, verdict, now))
        {
            verdict = new ReuseVerdict(ReuseKind.Serve, CacheReason.IfError);
        }

        if (entry is not null && verdict.Kind is not ReuseKind.Revalidate)
        {
            if (verdict.Kind is ReuseKind.ServeAndRevalidate)
            {
                _fetches.RefreshBehind(context, request, entry, now);
            }

            return ServeAsync(context, entry, verdict.Reason, now);
        }

        string reason = entry is not null ? verdict.Reason : MissReason(request, found);
        return request switch
        {
            { IsHead: true } => HeadAsync(context, request, entry, reason),
            { HasRange: true } when entry is null => RangeAsync(context, request, reason),
            { Control.OnlyIfCached: true } => RefuseAsync(context),
            { Control.NoStore: true } => PassMissAsync(context, CacheReason.RequestNoStore, null),
            _ => FetchAsync(context, request, entry, reason),
        };
    }

    /// <summary>ClientNoCache revalidate: what came within the last second is new enough for anyone.</summary>
    private static CacheControl NewEnough(CacheEntry entry, CacheControl control, long now) =>
        now - entry.Times.ResponseTime < 1000 ? control.WithoutReload() : control;

    /// <summary>While the last refresh failed just now, an entry that may stand in for the error does so at once.</summary>
    private static bool ServesWhilePaused(CacheEntry entry, CacheControl control, ReuseVerdict verdict, long now) =>
        verdict.Reason is CacheReason.Stale && entry.Pause.IsOn(now) && Reuse.MayReplaceError(entry.Times, control, disconnected: true, now);

    private Task ServeAsync(HttpContext context, CacheEntry entry, string reason, long now)
    {
        bool fresh = reason is CacheReason.Fresh;
        long ttl = FloorSeconds(entry.Times.LeftAt(now));
        string status = fresh ? CacheStatus.HitFor(ttl) : new CacheStatus { Hit = true, Ttl = ttl, Detail = reason }.ToString();
        _report.Record(context, fresh ? Outcome.Hit : Outcome.Stale, reason);
        ValueTask writing = EntryResponse.WriteAsync(context, entry, status, now);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    private async Task HeadAsync(HttpContext context, CacheRequest request, CacheEntry? stored, string reason)
    {
        CacheEntry? head = stored is null ? await _heads.FindAsync(context, request) : null;
        await ((head, request.Control) switch
        {
            ({ } entry, _) => ServeAsync(context, entry, CacheReason.Fresh, _parts.Fetching.Now),
            (_, { OnlyIfCached: true }) => RefuseAsync(context),
            _ => PassMissAsync(context, reason, _heads.Learning(context, request, stored, new CacheStatus { Forward = ForwardWord(reason) })),
        });
    }

    /// <summary>A range of what is not stored whole: from a stored part, else from the destination.</summary>
    private async Task RangeAsync(HttpContext context, CacheRequest request, string reason)
    {
        if (await PartRequests.FindAsync(context, request, _parts) is { } found)
        {
            long now = _parts.Fetching.Now;
            _report.Record(context, Outcome.Hit, CacheReason.Fresh);
            string status = CacheStatus.HitFor(FloorSeconds(found.Entry.Times.LeftAt(now)));
            await EntryResponse.WritePartAsync(context, found.Entry, found.Range, status, now);
            return;
        }

        await (request.Control switch
        {
            { OnlyIfCached: true } => RefuseAsync(context),
            { NoStore: true } => PassMissAsync(context, CacheReason.RequestNoStore, null),
            _ => FetchAsync(context, request, null, reason),
        });
    }

    private Task RefuseAsync(HttpContext context)
    {
        _report.Record(context, Outcome.Miss, CacheReason.OnlyIfCached);
        context.Response.Headers.Append(EntryResponse.CacheStatusField, new CacheStatus { Detail = CacheReason.OnlyIfCached }.ToString());
        return ProblemWriter.WriteAsync(context, Problems.Of(StatusCodes.Status504GatewayTimeout) with
        {
            Detail = "Nothing is stored that answers this request, and it asks for nothing else (only-if-cached).",
        });
    }

    private Task PassMissAsync(HttpContext context, string reason, Func<HttpContext, ValueTask<string?>>? starting)
    {
        _report.Record(context, Outcome.Miss, reason);
        return Forwarding.PassAsync(context, _forward, new CacheStatus { Forward = ForwardWord(reason), Detail = DetailOf(reason) }.ToString(), starting);
    }

    private Task FetchAsync(HttpContext context, CacheRequest request, CacheEntry? stale, string reason)
    {
        request = stale is null ? _fetches.Counted(request) : request;
        return stale is null && !request.HasRange && _fetches.IsKnownUncacheable(request)
            ? PassKnownAsync(context, request)
            : JoinAsync(context, request, stale, reason);
    }

    /// <summary>On the request's own way, as on a route without a cache: nothing is copied, recorded or waited for.</summary>
    private Task PassKnownAsync(HttpContext context, CacheRequest request)
    {
        _report.Record(context, Outcome.Miss, CacheReason.KnownUncacheable);
        return Forwarding.PassAsync(context, _forward, KnownUncacheable, client => _fetches.LookAgain(client, request));
    }

    private async Task JoinAsync(HttpContext context, CacheRequest request, CacheEntry? stale, string reason)
    {
        using JoinedFetch joined = await _fetches.JoinAsync(context, request, stale);
        FetchHead head = joined.Head;
        long now = _parts.Fetching.Now;
        (string outcome, string why, CacheStatus status) = Describe(head, joined.Collapsed, reason, now);
        _report.Record(context, outcome, why);
        if (head.FromStore)
        {
            FetchedResponse.PassCookies(context.Response, joined);
            await EntryResponse.WriteAsync(context, head.Entry!, status.ToString(), now);
        }
        else if (stale is { Times.NeverStale: true } && head is { Status: 502 or 503, Verdict.Reason: CacheReason.Disconnected })
        {
            await FetchedResponse.RefuseAsync(context, FetchedResponse.NotValidated, status with { ForwardStatus = null });
        }
        else
        {
            await FetchedResponse.RelayAsync(context, joined, status, now);
        }
    }

    private static (string Outcome, string Reason, CacheStatus Status) Describe(FetchHead head, bool collapsed, string reason, long now)
    {
        var status = new CacheStatus
        {
            Forward = ForwardWord(reason),
            ForwardStatus = head.FromStore ? head.Status : null,
            Ttl = head.FromStore ? FloorSeconds(head.Entry!.Times.LeftAt(now)) : null,
            Stored = head.Verdict.Store,
            Collapsed = collapsed,
            Detail = head.StandIn ?? (head.Verdict.Store ? null : head.Verdict.Reason),
        };
        return head switch
        {
            { IsBrought: true } => (Outcome.Collapsed, reason, status with { ForwardStatus = null, Collapsed = true }),
            { StandIn: { } standIn } => (Outcome.Stale, standIn, status),
            { FromStore: true } => (Outcome.Revalidated, reason, status),
            _ when collapsed => (Outcome.Collapsed, reason, status),
            { Verdict: { Store: false, Reason: var refusal } } => (Outcome.Miss, refusal, status),
            _ => (Outcome.Miss, reason, status),
        };
    }

    private string MissReason(CacheRequest request, FoundEntry found) =>
        found.Entry is not null ? CacheReason.Credentials
        : _parts.Cache.VariantsOf(request.Lookup.Uri).Count == 0 ? CacheReason.UriMiss
        : PartRequests.PartOf(request, _parts.Cache) is not null ? CacheReason.PartialMiss
        : CacheReason.VaryMiss;

    /// <summary>The words of RFC 9211 §2.2.</summary>
    private static string ForwardWord(string reason) => reason switch
    {
        CacheReason.UriMiss or CacheReason.VaryMiss or CacheReason.Stale => reason,
        CacheReason.PartialMiss => "partial",
        CacheReason.NoCache => "stale",
        CacheReason.RequestNoCache or CacheReason.RequestMaxAge or CacheReason.RequestMinFresh or CacheReason.RequestNoStore => "request",
        _ => "miss",
    };

    private static string? DetailOf(string reason) =>
        reason is CacheReason.UriMiss or CacheReason.VaryMiss or CacheReason.PartialMiss or CacheReason.Stale or CacheReason.NoCache ? null : reason;

    private static long FloorSeconds(long milliseconds) => (long)Math.Floor(milliseconds / 1000.0);
}
