namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// The first level of the key: the target URI (RFC 9111 §2). Scheme and host are normalised, path and query are the bytes the client
/// sent. Injective: a host holds no slash, a path no question mark. GET and HEAD share it; the route and the user belong to the second
/// level, so that an unsafe request invalidates the URI for all of them.
/// </summary>
internal static class CacheKey
{
    /// <summary>The key's text, a URI: <c>http://host/path?query</c>.</summary>
    /// <param name="scheme">As the gateway received it.</param>
    /// <param name="host">Host and port of the request.</param>
    /// <param name="target">The request target, <c>/path?query</c>, or in absolute form.</param>
    /// <param name="query">Which query parameters belong to the key; null: the whole raw query.</param>
    public static string Of(string scheme, string host, string target, QueryFilter? query)
    {
        string local = OriginForm(target);
        int mark = local.IndexOf('?', StringComparison.Ordinal);
        string kept = query is null || mark < 0 ? local : query.Apply(local, mark);
        return string.Concat(scheme, "://", NormalHost(scheme, host), kept);
    }

    /// <summary>Reads an absolute URL as an operator writes it; null when it is none.</summary>
    public static string? OfUrl(string url, QueryFilter? query)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || !Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https"))
        {
            return null;
        }

        int end = url.AsSpan(scheme + 3).IndexOfAny('/', '?');
        string host = end < 0 ? url[(scheme + 3)..] : url.Substring(scheme + 3, end);
        string local = end < 0 ? "/" : url[(scheme + 3 + end)..];
        int fragment = local.IndexOf('#', StringComparison.Ordinal);
        local = fragment < 0 ? local : local[..fragment];
        return Of(parsed.Scheme, host, local.StartsWith('/') ? local : "/" + local, query);
    }

    /// <summary>Takes scheme and host off a target in absolute form (RFC 9112 §3.2.2).</summary>
    private static string OriginForm(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        int scheme = target.IndexOf("://", StringComparison.Ordinal);
        int path = scheme < 0 ? -1 : target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        string local = path < 0 ? "/" : target[(scheme + 3 + path)..];
        return local.StartsWith('/') ? local : "/" + local;
    }

    /// <summary>Lower case, without the scheme's own port and without the root's dot.</summary>
    private static string NormalHost(string scheme, string host)
    {
        string port = scheme == "https" ? ":443" : ":80";
        string bare = host.EndsWith(port, StringComparison.Ordinal) ? host[..^port.Length] : host;
        return bare.ToLowerInvariant();
    }
}
