using System.Net;

namespace Gateway.Admin.Explain;

/// <summary>A request that is only described, never sent.</summary>
/// <param name="Method">As sent; methods are case-sensitive.</param>
/// <param name="Url">Absolute, with http or https.</param>
/// <param name="Headers">Field lines, in order.</param>
/// <param name="Peer">The address that the connection would come from.</param>
internal sealed record ExplainRequest(string Method, Uri Url, IEnumerable<KeyValuePair<string, string>> Headers, IPAddress Peer)
{
    /// <summary>Reads the parts as people write them; a path alone is taken at <c>localhost</c>.</summary>
    /// <returns>Null, and what is wrong.</returns>
    public static ExplainRequest? Read(string method, string url, IEnumerable<KeyValuePair<string, string>> headers, string? peer, out string? mistake)
    {
        string whole = url.StartsWith('/') ? $"http://localhost{url}" : url;
        IPAddress? address = IPAddress.Loopback;
        mistake = method.Length == 0 || method.Any(character => !char.IsAsciiLetterOrDigit(character) && !"!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal))
            ? $"\"{method}\" is not an HTTP method."
            : !Uri.TryCreate(whole, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https")
                ? $"\"{url}\" is not a URL: write http://host/path, or /path."
                : peer is not null && !IPAddress.TryParse(peer, out address)
                    ? $"\"{peer}\" is not an IP address."
                    : WrongHeader(headers);
        return mistake is null ? new ExplainRequest(method, new Uri(whole), headers, address!) : null;
    }

    private static string? WrongHeader(IEnumerable<KeyValuePair<string, string>> headers) =>
        headers.Where(header => header.Key.Length == 0 || header.Key.Any(character => character is <= ' ' or >= '\x7f' or ':')
                || header.Value.AsSpan().ContainsAny('\r', '\n', '\0'))
            .Select(header => $"\"{header.Key}\" is not a header field that can be sent.")
            .FirstOrDefault();
}
