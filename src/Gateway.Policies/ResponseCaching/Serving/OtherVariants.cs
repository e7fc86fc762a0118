using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Where a URI has variants but none for the request, the destination may say by an entity tag that one of them is the answer
/// (RFC 9111 §4.1). Asked about are only variants of the same route and user whose bodies are not coded; a tag that two of them share tells
/// nothing apart and is left out.
/// </summary>
internal static class OtherVariants
{
    private const int Most = 16;

    public static IReadOnlyList<CacheEntry> Of(CacheRequest request, TieredCache cache)
    {
        IReadOnlyList<CacheEntry> all = cache.VariantsOf(request.Lookup.Uri);
        if (all.Count == 0)
        {
            return all;
        }

        var usable = all.Where(entry => IsUsable(entry, request)).GroupBy(entry => entry.ETag, StringComparer.Ordinal);
        return [.. usable.Where(group => group.Count() == 1).Select(group => group.First()).Take(Most)];
    }

    private static bool IsUsable(CacheEntry entry, CacheRequest request) =>
        entry is { Status: 200, ETag: not null }
        && (!request.Credentials || entry.Shareable)
        && entry.Variant.StartsWith(request.Lookup.BaseText, StringComparison.Ordinal)
        && !Array.Exists(entry.Fields, field => field.Key.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase));
}
