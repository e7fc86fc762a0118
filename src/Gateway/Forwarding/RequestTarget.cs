using System.Buffers;
using Gateway.Policies.ResponseCaching.Serving;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Forwarding;

/// <summary>
/// Forwards the path as the client wrote it (RFC 9110 §7.7), where no transform has changed it. YARP sends it decoded and encoded
/// again: <c>%41</c> becomes <c>A</c>, <c>%c3</c> becomes <c>%C3</c>. A path that servers read differently stays YARP's: what
/// the destination is asked for must be what the route and its policies were chosen by, unless the route has its coded slashes passed on.
/// </summary>
internal static class RequestTarget
{
    /// <summary>What YARP leaves as it is.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@!$&'()*+,;=?");

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static ValueTask ApplyAsync(RequestTransformContext transform)
    {
        transform.ProxyRequest.RequestUri ??= Of(transform, transform.Query.QueryString.Value ?? "");
        return default;
    }

    /// <summary>The destination's address with this query; null: as YARP makes it of the path and the query.</summary>
    public static Uri? Of(RequestTransformContext transform, string query)
    {
        string target = transform.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        bool unchanged = IsUnchanged(transform);
        if (unchanged && !target.AsSpan().ContainsAnyExcept(Plain))
        {
            return null;
        }

        bool slashes = transform.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>() is { PassEncodedSlashes: true };
        string came = target.Split('?', 2)[0];
        string? path = unchanged ? came : slashes && IsClear(came, slashes) ? WithSlashes(transform.Path) : null;
        return path is not null && IsClear(path, slashes) && IsVisible(query)
            ? new Uri(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), path, query), AsWritten)
            : null;
    }

    /// <summary>A path that transforms made, with its coded slashes as they are. Of a path that came clear no <c>%252F</c> was more than a <c>%2F</c>.</summary>
    private static string WithSlashes(PathString path) => RequestUtilities.MakeDestinationAddress("http://any", path, QueryString.Empty).AbsolutePath
        .Replace("%252F", "%2F", StringComparison.Ordinal).Replace("%252f", "%2f", StringComparison.Ordinal);

    private static bool IsUnchanged(RequestTransformContext transform)
    {
        HttpRequest request = transform.HttpContext.Request;
        return !request.PathBase.HasValue && transform.Path.Value == request.Path.Value;
    }

    /// <summary>A path that says the same to every server: to those, too, that read a coded slash as one, where they may pass.</summary>
    private static bool IsClear(string path, bool slashes) =>
        path.StartsWith('/') && IsVisible(path)
        && !Bypass.IsAmbiguous(slashes ? path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Replace("%2E", ".", StringComparison.OrdinalIgnoreCase) : path);

    private static bool IsVisible(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains('#', StringComparison.Ordinal);
}
