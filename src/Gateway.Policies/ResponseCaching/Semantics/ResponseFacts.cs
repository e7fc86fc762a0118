using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What a response's header section says about caching it, read once. Times are Unix milliseconds.</summary>
internal sealed class ResponseFacts
{
    public required int Status { get; init; }

    /// <summary>CDN-Cache-Control where it is valid (RFC 9213 §2.1), else Cache-Control.</summary>
    public required CacheControl Control { get; init; }

    /// <summary>When the response was made; the time it was received where it has no valid Date (RFC 9110 §6.6.1).</summary>
    public required long Date { get; init; }

    /// <summary>Null: no Expires that counts. An invalid one counts as the past (RFC 9111 §5.3).</summary>
    public long? Expires { get; init; }

    /// <summary>Seconds; zero where Age is missing or invalid (RFC 9111 §5.1).</summary>
    public long Age { get; init; }

    public long? LastModified { get; init; }

    public string? ETag { get; init; }

    /// <summary>Which bytes a 206 carries; null for any other status, and where that is not said in a way this cache can use.</summary>
    public ContentRange? Part { get; init; }

    public required VaryFields Vary { get; init; }

    public bool SetsCookie { get; init; }

    public bool HasValidator => ETag is not null || LastModified is not null;

    /// <summary>Reads the fields of a response received at <paramref name="now"/>.</summary>
    public static ResponseFacts Read(int status, IHeaderDictionary headers, long now)
    {
        bool targeted = TargetedCacheControl.TryParse(headers[TargetedCacheControl.FieldName], out CacheControl? control);
        return new ResponseFacts
        {
            Status = status,
            Control = control ?? CacheControl.Parse(headers.CacheControl),
            Date = DateOf(headers.Date, now) ?? now,
            Expires = targeted ? null : ExpiresOf(headers.Expires, now),
            Age = AgeOf(headers[HeaderNames.Age]),
            LastModified = DateOf(headers.LastModified, now),
            ETag = headers.ETag.Count > 0 && !string.IsNullOrEmpty(headers.ETag[0]) ? headers.ETag[0] : null,
            Part = status == StatusCodes.Status206PartialContent ? ContentRange.Parse(headers.ContentRange) : null,
            Vary = VaryFields.Parse(headers.Vary),
            SetsCookie = headers.SetCookie.Count > 0,
        };
    }

    private static long? DateOf(StringValues lines, long now) =>
        lines.Count == 1 && HttpDate.TryParse(lines[0], now, out long date) ? date : null;

    /// <summary>Of several lines the first counts (RFC 9111 §4.2.1).</summary>
    private static long? ExpiresOf(StringValues lines, long now) =>
        lines.Count == 0 ? null : HttpDate.TryParse(lines[0], now, out long date) ? date : long.MinValue;

    /// <summary>Of a list the first member counts.</summary>
    private static long AgeOf(StringValues lines)
    {
        ReadOnlySpan<char> first = lines.Count == 0 ? default : lines[0].AsSpan();
        int comma = first.IndexOf(',');
        return DeltaSeconds.TryParse((comma < 0 ? first : first[..comma]).Trim(), out long seconds) ? seconds : 0;
    }
}
