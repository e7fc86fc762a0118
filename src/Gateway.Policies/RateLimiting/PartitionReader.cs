using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.RateLimiting;

/// <summary>Takes the values of a partition from a request. What is missing falls to the client's address, never to one empty value for all.</summary>
internal static class PartitionReader
{
    /// <summary>The part's value; the client's address when the request has none.</summary>
    public static PartitionValue Read(PartitionPart part, RateLimitPolicy policy, RoutePolicies route, HttpContext context) =>
        Own(part, route, context) is { Length: > 0 } own
            ? new PartitionValue(part.Source, own)
            : new PartitionValue(PartitionSource.ClientIp, Address(ClientAddress.Of(context, route.TrustedProxies), policy.Ipv6Prefix));

    /// <summary>
    /// An address as a partition: IPv4 whole, IPv6 by its first bits, since one subscriber has a whole network and can change
    /// within it at will.
    /// </summary>
    public static string Address(IPAddress address, int ipv6Prefix)
    {
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        UInt128 network = BinaryPrimitives.ReadUInt128BigEndian(bytes) & (UInt128.MaxValue << (128 - ipv6Prefix));
        BinaryPrimitives.WriteUInt128BigEndian(bytes, network);
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{ipv6Prefix}");
    }

    /// <summary>Routes match without case and without a trailing slash; a limit on a path must not be dodged by either.</summary>
    public static string? NormalPath(string? path) => path is { Length: > 1 } ? Lower(path[..1] + path[1..].TrimEnd('/')) : path;

    /// <summary>Methods nobody has heard of share one value: a client could invent any number of them.</summary>
    public static string KnownMethod(string method) => HttpMethods.GetCanonicalizedValue(method) is var known && IsKnown(known) ? known : "other";

    private static string? Own(PartitionPart part, RoutePolicies route, HttpContext context)
    {
        HttpRequest request = context.Request;
        return part.Source switch
        {
            PartitionSource.ClientIp => null,
            PartitionSource.Session => Session(context) is { } session ? session.Id.ToString("x32", CultureInfo.InvariantCulture) : null,
            PartitionSource.User => Session(context)?.User,
            PartitionSource.SessionField => Session(context)?.Field(part.Name!),
            PartitionSource.Route => route.RouteId,
            PartitionSource.Host => Lower(request.Host.Host),
            PartitionSource.Path => NormalPath(request.PathBase.Add(request.Path).Value),
            PartitionSource.Method => KnownMethod(request.Method),
            PartitionSource.Global => "*",
            PartitionSource.Header => Joined(request.Headers[part.Name!]),
            PartitionSource.Cookie => CookieScan.Find(request.Headers.Cookie, part.Name!),
            PartitionSource.Query => Query(request.QueryString.Value, part.Name!),
            _ => throw new InvalidOperationException($"No value for partition source {part.Source}."),
        };
    }

    private static RequestSession? Session(HttpContext context) => GatewayRequest.Of(context).Session;

    private static string? Joined(StringValues values) => values.Count <= 1 ? values.ToString() : string.Join(',', values.ToArray());

    private static string? Query(string? query, string name)
    {
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query))
        {
            if (pair.DecodeName().Span.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return pair.DecodeValue().ToString();
            }
        }

        return null;
    }

    private static string Lower(string text) => text.ToLowerInvariant();

    private static bool IsKnown(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method)
        || HttpMethods.IsDelete(method) || HttpMethods.IsPatch(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
        || HttpMethods.IsConnect(method);
}
