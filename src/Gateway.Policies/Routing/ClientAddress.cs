using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.Routing;

/// <summary>
/// Who sent a request. The walk starts at the socket's peer; while that is a trusted proxy it steps left through
/// <c>X-Forwarded-For</c>, and the first address that is not trusted is the client. What a client writes itself stands left of
/// what its proxies add, so it is never believed.
/// </summary>
public static class ClientAddress
{
    /// <summary>
    /// The client's address; never an IPv4 address mapped to IPv6. An entry that is no address ends the walk at the last valid hop.
    /// A peer without an address (a Unix socket) counts as loopback.
    /// </summary>
    public static IPAddress Of(HttpContext context, IReadOnlyList<IPNetwork> trusted)
    {
        IPAddress hop = Peer(context);
        if (!IsTrusted(hop, trusted))
        {
            return hop;
        }

        StringValues lines = context.Request.Headers["X-Forwarded-For"];
        for (int line = lines.Count - 1; line >= 0; line--)
        {
            if (!Walk(lines[line], trusted, ref hop))
            {
                break;
            }
        }

        return hop;
    }

    /// <summary>The socket's own peer, whoever sent the request through it.</summary>
    public static IPAddress Peer(HttpContext context) => Unmap(context.Connection.RemoteIpAddress ?? IPAddress.Loopback);

    /// <summary>Reads one entry: <c>203.0.113.7</c>, <c>203.0.113.7:4711</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:4711</c>.</summary>
    /// <returns>False for anything else, also for the loose forms of IPv4 (<c>127.1</c>, <c>010.0.0.1</c>) and for scoped IPv6.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        ReadOnlySpan<char> bare = WithoutPort(text.Trim());
        if (bare.Contains('%') || bare.Contains('[') || !IPAddress.TryParse(bare, out IPAddress? parsed))
        {
            return false;
        }

        address = Unmap(parsed);
        return parsed.AddressFamily is AddressFamily.InterNetworkV6 || IsDotted(bare, parsed);
    }

    /// <summary>One header line from the right; false when the walk has ended.</summary>
    private static bool Walk(ReadOnlySpan<char> line, IReadOnlyList<IPNetwork> trusted, ref IPAddress hop)
    {
        while (!line.IsEmpty)
        {
            int comma = line.LastIndexOf(',');
            ReadOnlySpan<char> entry = line[(comma + 1)..];
            line = line[..Math.Max(comma, 0)];
            if (entry.IsWhiteSpace())
            {
                continue;
            }

            if (!TryParse(entry, out IPAddress address))
            {
                return false;
            }

            hop = address;
            if (!IsTrusted(hop, trusted))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when one of the networks holds <paramref name="address"/>.</summary>
    public static bool IsTrusted(IPAddress address, IReadOnlyList<IPNetwork> trusted)
    {
        for (int i = 0; i < trusted.Count; i++)
        {
            if (trusted[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> text)
    {
        if (text.StartsWith('['))
        {
            int end = text.IndexOf(']');
            bool closed = end > 0 && (end == text.Length - 1 || IsPort(text[(end + 1)..]));
            return closed ? text[1..end] : text;
        }

        int colon = text.IndexOf(':');
        bool single = colon > 0 && text[(colon + 1)..].IndexOf(':') < 0;
        return single && IsPort(text[colon..]) ? text[..colon] : text;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 1 and <= 6 && text[0] == ':' && !text[1..].ContainsAnyExceptInRange('0', '9');

    /// <summary>Four plain decimal numbers: what the address prints as is what was written.</summary>
    private static bool IsDotted(ReadOnlySpan<char> text, IPAddress address)
    {
        Span<char> printed = stackalloc char[15];
        return address.TryFormat(printed, out int length) && text.SequenceEqual(printed[..length]);
    }

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
