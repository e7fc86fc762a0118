using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Makes the fetches of one route: what is asked of the destination, and how its response is to be judged.</summary>
internal sealed class FetchPlans(string route, CachePolicy policy, FreshnessRules rules, CacheParts parts)
{
    private readonly TagTemplates _tags = new(route, policy.Tags);

    /// <summary>Fetches with the same key are one.</summary>
    public static string KeyOf(CacheRequest request, string[] varyNames) => request.Lookup.Uri + '\n' + request.Lookup.For(varyNames);

    /// <summary>A fetch that is ready to run.</summary>
    /// <param name="context">The request that begins it.</param>
    /// <param name="request">The same, read.</param>
    /// <param name="stale">What is to be validated; null: nothing is stored.</param>
    /// <param name="key">See <see cref="KeyOf"/>.</param>
    /// <param name="keepConditions">True: the client's own conditions and range go to the destination.</param>
    /// <param name="isPrivate">True: nobody else may join.</param>
    public Fetch Make(HttpContext context, CacheRequest request, CacheEntry? stale, string key, bool keepConditions, bool isPrivate)
    {
        bool mayAsk = stale is null && !keepConditions;
        FetchPlan plan = Of(context, request, request.Lookup, stale) with
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
    public FetchPlan Of(HttpContext context, CacheRequest request, VariantLookup lookup, CacheEntry? stale) => new()
    {
        Key = lookup.Uri,
        Lookup = lookup,
        Route = route,
        Tags = _tags.For(context),
        Rules = rules,
        MaxObject = policy.MaxObject.Bytes,
        CompressFrom = policy.Compress.Bytes,
        Control = request.Control,
        Credentials = request.Credentials,
        Stale = stale,
        Generation = parts.Cache.Generation,
        Stamp = parts.Cache.Stamp,
    };
}
