using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// The fetches of one route: one for each key however many wait. Whoever cannot use what another's fetch brought (it may not be shared,
/// it is another variant, it takes too long) fetches alone.
/// </summary>
internal sealed class RouteFetches
{
    private static long _alone;
    private readonly CachePolicy _policy;
    private readonly CacheParts _parts;
    private readonly RequestDelegate _forward;
    private readonly FetchPlans _plans;
    private readonly RouteSharing _sharing;

    public RouteFetches(string route, CachePolicy policy, CacheParts parts, RequestDelegate forward)
    {
        (_policy, _parts, _forward) = (policy, parts, forward);
        FreshnessRules rules = FreshnessRules.Of(policy);
        _plans = new FetchPlans(route, policy, rules, parts);
        _sharing = new RouteSharing(rules, parts);
    }

    /// <inheritdoc cref="RouteSharing.IsMarked"/>
    public bool IsMarked(CacheRequest request) => _sharing.IsMarked(request);

    /// <inheritdoc cref="RouteSharing.IsSettled"/>
    public bool IsKnownUncacheable(CacheRequest request) => _sharing.IsSettled(request);

    /// <summary>Reads the response to a known uncacheable request, for <see cref="Forwarding.PassAsync"/>.</summary>
    public ValueTask<string?> LookAgain(HttpContext context, CacheRequest request)
    {
        _sharing.LookAgain(context.Response, request);
        return default;
    }

    /// <summary>True: what the request asks for is on its way here already, so there is nothing to look for among all gateways.</summary>
    public bool IsUnderWay(CacheRequest request) => _parts.Table.Find(KeyOf(request, stale: null)) is not null;

    /// <summary>Counts a miss of what the request asks for, where the policy wants to know.</summary>
    public CacheRequest Counted(CacheRequest request) =>
        _policy.MinUses <= 1 ? request : request with { Misses = _parts.Misses.Add(FetchPlans.KeyOf(request, [])) };

    /// <inheritdoc cref="FetchPlans.Of"/>
    public FetchPlan PlanOf(HttpContext context, CacheRequest request, VariantLookup lookup, CacheEntry? stale) =>
        _plans.Of(context, request, lookup, stale);

    /// <summary>Joins the fetch for the request's key, or begins it; returns once the header section of a usable response has come.</summary>
    public Task<JoinedFetch> JoinAsync(HttpContext context, CacheRequest request, CacheEntry? stale)
    {
        bool judged = stale is null && (request.HasPrecondition || IsTheDestinationsToJudge(request));
        string key = KeyOf(request, stale);
        if (stale is null && (request.HasRange || judged))
        {
            return judged || request.HasValidator || IsMarked(request)
                ? AloneAsync(context, request, stale, keepConditions: true)
                : JoinRangeAsync(context, request, key);
        }

        // The client's own conditions are worth more than a response that is most likely not stored.
        return IsMarked(request) || (stale is null && _sharing.ExpectsNone && IsUnheardOf(request, key))
            ? AloneAsync(context, request, stale, keepConditions: stale is null)
            : JoinWholeAsync(context, request, stale, key);
    }

    /// <summary>Fetches anew without anyone waiting, unless that is under way or failed just now.</summary>
    public void RefreshBehind(HttpContext context, CacheRequest request, CacheEntry stale, long now)
    {
        string key = KeyOf(request, stale);
        if (stale.Pause.IsOn(now) || _parts.Table.Find(key) is not null)
        {
            return;
        }

        Fetch fetch = _plans.Make(context, request, stale, key, keepConditions: false, isPrivate: false);
        _ = _parts.Table.TryAdd(key, fetch) ? RunAsync(fetch) : fetch.DiscardAsync();
    }

    private bool IsUnheardOf(CacheRequest request, string key) =>
        _parts.Table.Find(key) is null && _parts.Cache.VariantsOf(request.Lookup.Uri).Count == 0;

    private string KeyOf(CacheRequest request, CacheEntry? stale) =>
        FetchPlans.KeyOf(request, stale?.VaryNames ?? _parts.Cache.VaryOf(request.Lookup.Uri) ?? []);

    /// <summary>
    /// A client's validators about something of which nothing is stored (RFC 9111 §4.3.2). Where that is asked again, the whole is
    /// fetched, so that the next who ask are answered from the store.
    /// </summary>
    private bool IsTheDestinationsToJudge(CacheRequest request) =>
        request.HasValidator && FetchPlans.KeyOf(request, []) is var key && IsUnheardOf(request, key) && _parts.Misses.Add(key + "\nvalidator") == 1;

    private async Task<JoinedFetch> JoinWholeAsync(HttpContext context, CacheRequest request, CacheEntry? stale, string key)
    {
        // Twice: the first answer tells what it varies by, the second key says so.
        for (int round = 0; round < 2; round++)
        {
            (JoinedFetch? joined, FetchHead? other) = await LeadOrFollowAsync(context, request, stale, key, keepConditions: false);
            if (joined is not null)
            {
                return joined;
            }

            if (other?.Entry is not { } entry || request.Lookup.For(entry.VaryNames) == entry.Variant)
            {
                break;
            }

            key = FetchPlans.KeyOf(request, entry.VaryNames);
        }

        return await AloneAsync(context, request, stale, keepConditions: false);
    }

    /// <summary>The same range of the same, asked for by several at once, is one fetch as well.</summary>
    private async Task<JoinedFetch> JoinRangeAsync(HttpContext context, CacheRequest request, string key)
    {
        key = $"{key}\nrange {context.Request.Headers.Range}\n{context.Request.Headers.IfRange}";
        (JoinedFetch? joined, _) = await LeadOrFollowAsync(context, request, stale: null, key, keepConditions: true);
        return joined ?? await AloneAsync(context, request, null, keepConditions: true);
    }

    /// <summary>Begins the fetch for a key, or follows it. Without a joined fetch: what the other's brought is not for this request, or did not come.</summary>
    private async Task<(JoinedFetch? Joined, FetchHead? Other)> LeadOrFollowAsync(
        HttpContext context, CacheRequest request, CacheEntry? stale, string key, bool keepConditions)
    {
        Fetch? other = _parts.Table.Find(key);
        if (other is null)
        {
            Fetch own = _plans.Make(context, request, stale, key, keepConditions, isPrivate: false);
            if (_parts.Table.TryAdd(key, own))
            {
                return (await LeadAsync(context, request, own, keepConditions), null);
            }

            await own.DiscardAsync();
            other = _parts.Table.Find(key);
        }

        if (other?.Body.Join() is not { } reader)
        {
            return default;
        }

        FetchHead? head = await FollowAsync(context, request, other, reader);
        if (head is not null && IsUsable(request, head))
        {
            return (new JoinedFetch(head, reader, Collapsed: true, Judged: keepConditions), head);
        }

        reader.Dispose();
        return (null, head);
    }

    private Task<JoinedFetch> AloneAsync(HttpContext context, CacheRequest request, CacheEntry? stale, bool keepConditions)
    {
        string key = $"{request.Lookup.Uri}\n#{Interlocked.Increment(ref _alone)}";
        Fetch fetch = _plans.Make(context, request, stale, key, keepConditions, isPrivate: true);
        _parts.Table.TryAdd(key, fetch);
        return LeadAsync(context, request, fetch, keepConditions);
    }

    private async Task<JoinedFetch> LeadAsync(HttpContext context, CacheRequest request, Fetch fetch, bool judged)
    {
        SharedBodyReader reader = fetch.Body.Join()!;
        if (fetch.Validates)
        {
            // The fetch has the route's timeout for itself, and brings what is stored when it is over: that is worth more than a 504.
            context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        }

        try
        {
            _ = RunAsync(fetch);
            FetchHead head = await fetch.Head.WaitAsync(context.RequestAborted);
            _sharing.Remember(request, head);
            return new JoinedFetch(head, reader, Collapsed: false, judged);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private Task RunAsync(Fetch fetch) => fetch.RunAsync(_forward, done => _parts.Table.Remove(done.Key, done));

    /// <summary>Null: nothing came in time, or the fetch failed.</summary>
    private async Task<FetchHead?> FollowAsync(HttpContext context, CacheRequest request, Fetch fetch, SharedBodyReader reader)
    {
        _parts.Metrics.Waiting(1);
        try
        {
            if (!await fetch.Departure.WaitAsync(_policy.FetchWait, _parts.Fetching.Time, context.RequestAborted))
            {
                _sharing.Mark(request);
                return null;
            }

            return await fetch.Head.WaitAsync(_policy.FetchWait, _parts.Fetching.Time, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            reader.Dispose();
            throw;
        }
        catch (Exception)
        {
            // Too late, or without an answer: the request fetches alone, and meets the failure itself.
            return null;
        }
        finally
        {
            _parts.Metrics.Waiting(-1);
        }
    }

    /// <summary>Whether a response that another request's fetch brought answers this one (RFC 9111 §4).</summary>
    private bool IsUsable(CacheRequest request, FetchHead head) =>
        head.Entry is { } entry && !head.IsForOne
        && (!request.Credentials || entry.Shareable)
        && (entry.Status == StatusCodes.Status206PartialContent ? request.Lookup.Marked(VaryKey.PartMark) : request.Lookup).For(entry.VaryNames) == entry.Variant
        && (head.StandIn is not null || Reuse.Decide(entry.Times, request.Control, softPurged: false, _parts.Fetching.Now).Kind is not ReuseKind.Revalidate
            || (request.Control.NoCache && entry.Times.IsFreshAt(_parts.Fetching.Now)));
}
