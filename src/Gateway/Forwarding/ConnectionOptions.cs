using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Forwarding;

/// <summary>
/// The fields that a message's Connection field names belong to that one connection: they are removed before the message goes on
/// (RFC 9110 §7.6.1). Fields that frame or route the message are never removed by a name a peer sends.
/// </summary>
internal static class ConnectionOptions
{
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "close", HeaderNames.KeepAlive, HeaderNames.Upgrade, HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.TransferEncoding,
        HeaderNames.Connection, HeaderNames.TE, HeaderNames.Trailer, HeaderNames.CacheControl, HeaderNames.ContentType,
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix",
    };

    /// <summary>Removes from <paramref name="headers"/> what <paramref name="connection"/> names.</summary>
    public static void RemoveNominated(IHeaderDictionary headers, StringValues connection)
    {
        foreach (string? line in connection)
        {
            if (line is null || IsPlain(line))
            {
                continue;
            }

            foreach (string name in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Kept.Contains(name))
                {
                    headers.Remove(name);
                }
            }
        }
    }

    private static bool IsPlain(string line) =>
        line.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || line.Equals("close", StringComparison.OrdinalIgnoreCase)
        || line.Equals(ConnectionField.Close, StringComparison.Ordinal)
        || line.Equals("upgrade", StringComparison.OrdinalIgnoreCase);
}
