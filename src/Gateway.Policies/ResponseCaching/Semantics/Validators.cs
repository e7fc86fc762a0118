using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Conditional requests (RFC 9110 §13) against a stored response.</summary>
internal static class Validators
{
    /// <summary>
    /// True when a stored 200 answers the request with 304. If-None-Match wins over If-Modified-Since (RFC 9110 §13.2.2), which is read
    /// against Last-Modified, and without one against the time the response was made (RFC 9111 §4.3.2).
    /// </summary>
    public static bool IsNotModified(IHeaderDictionary request, string? etag, long? lastModified, long date, long now)
    {
        StringValues ifNoneMatch = request.IfNoneMatch;
        if (ifNoneMatch.Count > 0)
        {
            return MatchesAny(ifNoneMatch, etag);
        }

        return request.IfModifiedSince is [{ } since] && HttpDate.TryParse(since, now, out long asked) && (lastModified ?? date) <= asked;
    }

    /// <summary>True when <c>If-Range</c> is missing or names exactly what is stored (RFC 9110 §13.1.5: strong comparison).</summary>
    public static bool RangeApplies(StringValues ifRange, string? etag, long? lastModified, long date, long now)
    {
        if (ifRange.Count == 0)
        {
            return true;
        }

        string text = ifRange.Count == 1 ? ifRange[0]!.Trim() : "";
        if (text.StartsWith('"') || text.StartsWith("W/", StringComparison.Ordinal))
        {
            return StrongEquals(text, etag);
        }

        // A date is a strong validator only where a second write within the same second can be ruled out (§8.8.2.2).
        return HttpDate.TryParse(text, now, out long asked) && lastModified == asked && date - asked >= 1000;
    }

    /// <summary>Weak comparison (RFC 9110 §8.8.3.2): the opaque parts are the same.</summary>
    public static bool WeakEquals(ReadOnlySpan<char> one, ReadOnlySpan<char> other) => Opaque(one).SequenceEqual(Opaque(other));

    /// <summary>Strong comparison: both strong, and the same.</summary>
    public static bool StrongEquals(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        !one.StartsWith("W/") && !other.StartsWith("W/") && one.SequenceEqual(other);

    private static bool MatchesAny(StringValues lines, string? etag)
    {
        foreach (string? line in lines)
        {
            ReadOnlySpan<char> rest = line.AsSpan().Trim();
            if (rest is "*")
            {
                return true;
            }

            while (etag is not null && NextTag(ref rest, out ReadOnlySpan<char> tag))
            {
                if (WeakEquals(tag, etag))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Takes one tag off the list; a comma inside quotes separates nothing.</summary>
    private static bool NextTag(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> tag)
    {
        rest = rest.TrimStart(", \t");
        int end = 0;
        bool quoted = false;
        while (end < rest.Length && (quoted || rest[end] != ','))
        {
            quoted ^= rest[end] == '"';
            end++;
        }

        tag = rest[..end].TrimEnd();
        rest = rest[end..];
        return !tag.IsEmpty;
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag) => tag.StartsWith("W/") ? tag[2..] : tag;
}
