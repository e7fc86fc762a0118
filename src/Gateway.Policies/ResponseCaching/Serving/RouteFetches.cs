using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// The fetches of one route: one for each key however many wait. Whoever cannot use what another's fetch brought (it may not be shared,
/// it is another variant, it takes too long) fetches alone.
/// </summary>
internal sealed class RouteFetches(string route, CachePolicy policy, CacheParts parts, RequestDelegate forward)
{
    private static long _alone;
    private readonly FreshnessRules _rules = FreshnessRules.Of(policy);
    private readonly SharingHabit _habit = new();
    private readonly TagTemplates _tags = new(route, policy.Tags);

    /// <summary>True: the last response to such a request was not shareable, so nothing is looked up among all gateways and nobody waits.</summary>
    public bool IsMarked(CacheRequest request) => parts.Marks.Has(MarkOf(request));

    /// <summary>True: what the request asks for is on its way here already, so there is nothing to look for among all gateways.</summary>
    public bool IsUnderWay(CacheRequest request) => parts.Table.Find(KeyOf(request, parts.Cache.VaryOf(request.Lookup.Uri) ?? [])) is not null;

    /// <summary>
    /// True: responses to such requests were not shareable several times in a row, so they are forwarded without being recorded. After the
    /// first such response nobody waits for another's, but what comes is stored if it may be.
    /// </summary>
    public bool IsKnownUncacheable(CacheRequest request) => parts.Marks.IsSettled(MarkOf(request));

    /// <summary>Reads the response to a known uncacheable request: the mark goes when the next one could be stored.</summary>
    public ValueTask<string?> LookAgain(HttpContext context, CacheRequest request)
    {
        HttpResponse response = context.Response;
        ResponseFacts facts = ResponseFacts.Read(response.StatusCode, response.Headers, parts.Fetching.Now);
        if (Cacheability.Decide(request.Control, request.Credentials, facts, _rules).Store && facts.Control is not { NoCache: true })
        {
            Unmark(request);
        }

        return default;
    }

    /// <summary>Counts a miss of what the request asks for, where the policy wants to know.</summary>
    public CacheRequest Counted(CacheRequest request) =>
        policy.MinUses <= 1 ? request : request with { Misses = parts.Misses.Add(KeyOf(request, [])) };

    /// <summary>Joins the fetch for the request's key, or begins it; returns once the header section of a usable response has come.</summary>
    public async Task<JoinedFetch> JoinAsync(HttpContext context, CacheRequest request, CacheEntry? stale)
    {
        bool judged = stale is null && (request.HasPrecondition || IsTheDestinationsToJudge(request));
        string key = KeyOf(request, stale?.VaryNames ?? parts.Cache.VaryOf(request.Lookup.Uri) ?? []);
        if (stale is null && (request.HasRange || judged))
        {
            return judged || request.HasValidator || IsMarked(request)
                ? await AloneAsync(context, request, stale, keepConditions: true)
                : await JoinRangeAsync(context, request, key);
        }

        if (IsMarked(request) || (stale is null && _habit.IsPrivate && parts.Table.Find(key) is null))
        {
            // The client's own conditions are worth more than a response that is most likely not stored.
            return await AloneAsync(context, request, stale, keepConditions: stale is null);
        }

        // Twice: the first answer tells what it varies by, the second key says so.
        for (int round = 0; round < 2; round++)
        {
            Fetch? other = parts.Table.Find(key);
            if (other is null)
            {
                Fetch own = Make(context, request, stale, key, keepConditions: false, isPrivate: false);
                if (parts.Table.TryAdd(key, own))
                {
                    return await LeadAsync(context, request, own);
                }

                await own.DiscardAsync();
                other = parts.Table.Find(key);
            }

            if (other?.Body.Join() is not { } reader)
            {
                break;
            }

            FetchHead? head = await FollowAsync(context, request, other, reader);
            if (head is not null && IsUsable(request, head))
            {
                return new JoinedFetch(head, reader, Collapsed: true);
            }

            reader.Dispose();
            if (head?.Entry is not { } entry || request.Lookup.For(entry.VaryNames) == entry.Variant)
            {
                break;
            }

            key = KeyOf(request, entry.VaryNames);
        }

        return await AloneAsync(context, request, stale, keepConditions: false);
    }

    /// <summary>The same range of the same, asked for by several at once, is one fetch as well.</summary>
    private async Task<JoinedFetch> JoinRangeAsync(HttpContext context, CacheRequest request, string key)
    {
        key = $"{key}\nrange {context.Request.Headers.Range}\n{context.Request.Headers.IfRange}";
        Fetch? other = parts.Table.Find(key);
        if (other is null)
        {
            Fetch own = Make(context, request, null, key, keepConditions: true, isPrivate: false);
            if (parts.Table.TryAdd(key, own))
            {
                return await LeadAsync(context, request, own, judged: true);
            }

            await own.DiscardAsync();
            other = parts.Table.Find(key);
        }

        if (other?.Body.Join() is { } reader)
        {
            if (await FollowAsync(context, request, other, reader) is { } head && IsUsable(request, head))
            {
                return new JoinedFetch(head, reader, Collapsed: true, Judged: true);
            }

            reader.Dispose();
        }

        return await AloneAsync(context, request, null, keepConditions: true);
    }

    /// <summary>Fetches anew without anyone waiting, unless that is under way or failed just now.</summary>
    public void RefreshBehind(HttpContext context, CacheRequest request, CacheEntry stale, long now)
    {
        string key = KeyOf(request, stale.VaryNames);
        if (stale.Pause.IsOn(now) || parts.Table.Find(key) is not null)
        {
            return;
        }

        Fetch fetch = Make(context, request, stale, key, keepConditions: false, isPrivate: false);
        _ = parts.Table.TryAdd(key, fetch) ? fetch.RunAsync(forward, done => parts.Table.Remove(key, done)) : fetch.DiscardAsync();
    }

    /// <summary>
    /// A client's validators about something of which nothing is stored (RFC 9111 §4.3.2). Where that is asked again, the whole is
    /// fetched, so that the next who ask are answered from the store.
    /// </summary>
    private bool IsTheDestinationsToJudge(CacheRequest request) =>
        request.HasValidator && parts.Cache.VariantsOf(request.Lookup.Uri).Count == 0 && parts.Table.Find(KeyOf(request, [])) is null
        && parts.Misses.Add(KeyOf(request, []) + "\nvalidator") == 1;

    private Task<JoinedFetch> AloneAsync(HttpContext context, CacheRequest request, CacheEntry? stale, bool keepConditions)
    {
        string key = $"{request.Lookup.Uri}\n#{Interlocked.Increment(ref _alone)}";
        Fetch fetch = Make(context, request, stale, key, keepConditions, isPrivate: true);
        parts.Table.TryAdd(key, fetch);
        return LeadAsync(context, request, fetch, judged: keepConditions);
    }

    private async Task<JoinedFetch> LeadAsync(HttpContext context, CacheRequest request, Fetch fetch, bool judged = false)
    {
        SharedBodyReader reader = fetch.Body.Join()!;
        try
        {
            _ = fetch.RunAsync(forward, done => parts.Table.Remove(done.Key, done));
            FetchHead head = await fetch.Head.WaitAsync(context.RequestAborted);
            Remember(request, head);
            return new JoinedFetch(head, reader, Collapsed: false, judged);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Null: nothing came in time, or the fetch failed.</summary>
    private async Task<FetchHead?> FollowAsync(HttpContext context, CacheRequest request, Fetch fetch, SharedBodyReader reader)
    {
        parts.Metrics.Waiting(1);
        try
        {
            if (!await fetch.Departure.WaitAsync(policy.FetchWait, parts.Fetching.Time, context.RequestAborted))
            {
                parts.Marks.Set(MarkOf(request));
                return null;
            }

            return await fetch.Head.WaitAsync(policy.FetchWait, parts.Fetching.Time, context.RequestAborted);
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
            parts.Metrics.Waiting(-1);
        }
    }

    /// <summary>Whether a response that another request's fetch brought answers this one (RFC 9111 §4).</summary>
    private bool IsUsable(CacheRequest request, FetchHead head) =>
        head.Entry is { } entry && !head.IsForOne
        && (!request.Credentials || entry.Shareable)
        && (entry.Status == StatusCodes.Status206PartialContent ? request.Lookup.Marked(VaryKey.PartMark) : request.Lookup).For(entry.VaryNames) == entry.Variant
        && (head.StandIn is not null || Reuse.Decide(entry.Times, request.Control, softPurged: false, parts.Fetching.Now).Kind is not ReuseKind.Revalidate
            || (request.Control.NoCache && entry.Times.IsFreshAt(parts.Fetching.Now)));

    private void Remember(CacheRequest request, FetchHead head)
    {
        if (head is { Status: StatusCodes.Status304NotModified, FromStore: false } || head.Verdict.Reason is CacheReason.RequestCondition)
        {
            // It tells what became of this client's condition, not whether the resource is shareable.
            return;
        }

        // One URL asked for again and again says nothing of the others: each counts once while its mark stands.
        if (head.IsShareable || (head.Verdict.Reason is not CacheReason.Disconnected && !IsMarked(request)))
        {
            _habit.Saw(head.IsShareable);
        }

        if (!head.IsShareable && head.Verdict.Reason is not CacheReason.Disconnected)
        {
            parts.Marks.Set(MarkOf(request));
        }
        else if (head.IsShareable && head.StandIn is null)
        {
            Unmark(request);
        }
    }

    private void Unmark(CacheRequest request)
    {
        if (parts.Marks.Clear(MarkOf(request)))
        {
            parts.Fetching.Turns?.Forget(KeyOf(request, parts.Cache.VaryOf(request.Lookup.Uri) ?? []));
        }
    }

    private Fetch Make(HttpContext context, CacheRequest request, CacheEntry? stale, string key, bool keepConditions, bool isPrivate)
    {
        bool mayAsk = stale is null && !keepConditions;
        FetchPlan plan = PlanOf(context, request, request.Lookup, stale) with
        {
            Admitted = policy.MinUses <= 1 || stale is not null || request.Misses >= policy.MinUses,
            Key = key,
            IsPrivate = isPrivate,
            KeepConditions = keepConditions,
            Part = mayAsk && PartRequests.PartOf(request, parts.Cache) is { } part && PartCompletion.IsPossible(part) ? part : null,
            Candidates = mayAsk ? OtherVariants.Of(request, parts.Cache) : [],
            FetchWait = policy.FetchWait,
            RedisWait = GatewayRequest.Of(context).RedisWait,
        };
        return new Fetch(plan, context, parts.Fetching);
    }

    /// <summary>What is to be known of a response to the request, to judge it and make an entry of it.</summary>
    public FetchPlan PlanOf(HttpContext context, CacheRequest request, VariantLookup lookup, CacheEntry? stale) => new()
    {
        Key = lookup.Uri,
        Lookup = lookup,
        Route = route,
        Tags = _tags.For(context),
        Rules = _rules,
        MaxObject = policy.MaxObject.Bytes,
        CompressFrom = policy.Compress.Bytes,
        Control = request.Control,
        Credentials = request.Credentials,
        Stale = stale,
        Generation = parts.Cache.Generation,
        Stamp = parts.Cache.Stamp,
    };

    private static string KeyOf(CacheRequest request, string[] varyNames) => request.Lookup.Uri + '\n' + request.Lookup.For(varyNames);

    /// <summary>Marks are for one variant, as far as the variants are known, with or without credentials.</summary>
    private int MarkOf(CacheRequest request) => UncacheableMarks.Of(
        request.Lookup.Uri, request.Lookup.For(parts.Cache.VaryOf(request.Lookup.Uri) ?? []), request.Credentials);
}
