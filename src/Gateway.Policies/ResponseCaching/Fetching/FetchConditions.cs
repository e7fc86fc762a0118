using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The conditions a fetch goes out with (RFC 9111 §4.3.1).</summary>
internal static class FetchConditions
{
    public static void Apply(IHeaderDictionary request, FetchPlan plan)
    {
        if (plan is { KeepConditions: true, Stale: null })
        {
            return;
        }

        request.Remove("If-Match");
        request.Remove("If-None-Match");
        request.Remove("If-Modified-Since");
        request.Remove("If-Unmodified-Since");
        request.Remove("If-Range");
        request.Remove("Range");
        if (plan.Stale is not { } stale)
        {
            return;
        }

        if (stale.ETag is not null)
        {
            request.IfNoneMatch = stale.ETag;
        }

        if (stale.LastModified is not null)
        {
            // As it was written: some destinations compare the text.
            request.IfModifiedSince = Array.Find(stale.Fields, field => field.Key.Equals("Last-Modified", StringComparison.OrdinalIgnoreCase)).Value;
        }
    }
}
