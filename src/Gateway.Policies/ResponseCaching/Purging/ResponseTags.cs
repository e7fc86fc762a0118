using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>
/// The purge groups that responses name. <c>Surrogate-Key</c> and <c>Cache-Tag</c> are for caches in front of the destination, which take
/// them away; <c>Cache-Groups</c> (RFC 9875) is for every cache on the way, so it is passed on, and its groups belong to one origin.
/// </summary>
internal static class ResponseTags
{
    public const string SurrogateKey = "Surrogate-Key";
    public const string CacheTag = "Cache-Tag";
    public const string CacheGroups = "Cache-Groups";
    public const string GroupInvalidation = "Cache-Group-Invalidation";

    /// <summary>RFC 9875 §2 asks for 32 groups at least; each is a tag, and one of its origin.</summary>
    private const int MaxTags = 128;

    private const int MaxLength = 256;

    /// <summary>The tags of an entry: the policy's, and those that the response names.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> own, IHeaderDictionary headers, string uri)
    {
        if (!AreNamedBy(headers))
        {
            return own;
        }

        IReadOnlyList<string> groups = StringList.Parse(headers[CacheGroups]);
        IEnumerable<string> tags = own.Concat(Split(headers[SurrogateKey], ' ')).Concat(Split(headers[CacheTag], ','))
            .Concat(groups).Concat(groups.Select(group => GroupOf(uri, group)));
        return [.. tags.Where(tag => tag.Length is > 0 and <= MaxLength).Distinct(StringComparer.Ordinal).Take(MaxTags)];
    }

    /// <summary>True: the response says which groups it belongs to.</summary>
    public static bool AreNamedBy(IHeaderDictionary headers) =>
        headers.ContainsKey(SurrogateKey) || headers.ContainsKey(CacheTag) || headers.ContainsKey(CacheGroups);

    /// <summary>Removes what clients have no use for.</summary>
    public static void Strip(IHeaderDictionary headers)
    {
        headers.Remove(SurrogateKey);
        headers.Remove(CacheTag);
    }

    /// <summary>A group of the origin of <paramref name="uri"/>: another origin's group of the same name is another one (RFC 9875 §2.1).</summary>
    public static string GroupOf(string uri, string group)
    {
        int path = uri.IndexOf('/', uri.IndexOf("://", StringComparison.Ordinal) + 3);
        return $"{(path < 0 ? uri : uri[..path])} {group}";
    }

    private static IEnumerable<string> Split(StringValues lines, char separator)
    {
        foreach (string? line in lines)
        {
            foreach (string tag in (line ?? "").Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return tag;
            }
        }
    }
}
