using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Which header fields of a response are stored (RFC 9111 §3.1), and how a 304 updates them (§3.2). Values are kept verbatim.</summary>
internal static class StoredFields
{
    /// <summary>Fields of one connection or one hop, and fields that this gateway computes for every response.</summary>
    private static readonly HashSet<string> Excluded = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.TE, HeaderNames.Trailer,
        HeaderNames.TransferEncoding, HeaderNames.Upgrade, HeaderNames.ProxyAuthenticate, "Proxy-Authentication-Info",
        HeaderNames.ProxyAuthorization, HeaderNames.Age, HeaderNames.SetCookie, "RateLimit", "RateLimit-Policy",
        "Surrogate-Key", "Cache-Tag",
    };

    /// <summary>Fields that frame or encode the body that is kept: a 304 does not change them (§3.2).</summary>
    private static readonly HashSet<string> OfTheBody = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.ContentLength, HeaderNames.ContentEncoding, HeaderNames.ContentRange,
    };

    /// <summary>The fields to store: without those of the connection, those it nominates, and those the response withholds.</summary>
    public static KeyValuePair<string, StringValues>[] Of(IHeaderDictionary headers, CacheControl control)
    {
        HashSet<string>? nominated = Nominated(headers.Connection, control.WithheldFields);
        var fields = new List<KeyValuePair<string, StringValues>>(headers.Count);
        foreach (KeyValuePair<string, StringValues> field in headers)
        {
            if (!IsExcluded(field.Key) && nominated?.Contains(field.Key) != true)
            {
                fields.Add(field);
            }
        }

        return [.. fields];
    }

    /// <summary>The stored fields with every field of a 304 in place of the one of that name (§3.2). Cookies are for its client alone.</summary>
    public static HeaderDictionary Merge(IReadOnlyList<KeyValuePair<string, StringValues>> stored, IHeaderDictionary notModified)
    {
        var merged = new HeaderDictionary(stored.Count);
        foreach (KeyValuePair<string, StringValues> field in stored)
        {
            merged[field.Key] = field.Value;
        }

        HashSet<string>? nominated = Nominated(notModified.Connection, []);
        foreach (KeyValuePair<string, StringValues> field in notModified)
        {
            if (!OfTheBody.Contains(field.Key) && !field.Key.Equals(HeaderNames.SetCookie, StringComparison.OrdinalIgnoreCase) && nominated?.Contains(field.Key) != true)
            {
                merged[field.Key] = field.Value;
            }
        }

        // Age is the response's that brought it: without one, the stored response was just made anew (§4.3.4).
        return merged;
    }

    /// <summary>True for fields that are never stored.</summary>
    public static bool IsExcluded(string name) => Excluded.Contains(name) || name.StartsWith("X-RateLimit-", StringComparison.OrdinalIgnoreCase);

    private static HashSet<string>? Nominated(StringValues connection, IReadOnlyList<string> withheld)
    {
        if (connection.Count == 0 && withheld.Count == 0)
        {
            return null;
        }

        var names = new HashSet<string>(withheld, StringComparer.OrdinalIgnoreCase);
        foreach (string? line in connection)
        {
            names.UnionWith((line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        return names;
    }
}
