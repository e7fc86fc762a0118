using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The conditions a fetch goes out with (RFC 9111 §4.3.1).</summary>
internal static class FetchConditions
{
    /// <summary>True when the request now carries the store's own conditions.</summary>
    public static bool Apply(IHeaderDictionary request, FetchPlan plan)
    {
        if (plan is { KeepConditions: true, Stale: null })
        {
            return false;
        }

        Remove(request);
        if (plan.Part is { } part)
        {
            PartCompletion.Ask(request, part);
            return false;
        }

        return plan.Stale is { } stale ? AskAbout(request, stale) : AskAboutAny(request, plan.Candidates);
    }

    /// <summary>Takes off every condition and range.</summary>
    public static void Remove(IHeaderDictionary request)
    {
        request.Remove("If-Match");
        request.Remove("If-None-Match");
        request.Remove("If-Modified-Since");
        request.Remove("If-Unmodified-Since");
        request.Remove("If-Range");
        request.Remove("Range");
    }

    private static bool AskAbout(IHeaderDictionary request, CacheEntry stale)
    {
        if (stale.ETag is not null)
        {
            request.IfNoneMatch = stale.ETag;
        }

        if (stale.LastModified is not null)
        {
            // As it was written: some destinations compare the text.
            request.IfModifiedSince = Array.Find(stale.Fields, field => field.Key.Equals("Last-Modified", StringComparison.OrdinalIgnoreCase)).Value;
        }

        return stale.HasValidator;
    }

    private static bool AskAboutAny(IHeaderDictionary request, IReadOnlyList<CacheEntry> candidates)
    {
        if (candidates.Count == 0)
        {
            return false;
        }

        request.IfNoneMatch = string.Join(", ", candidates.Select(candidate => candidate.ETag));
        return true;
    }
}
