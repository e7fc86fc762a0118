using System.Buffers;
using Gateway.Policies.ResponseCaching.Serving;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Forwarding;

/// <summary>
/// Forwards path and query as the client wrote them (RFC 9110 §7.7), where no transform has changed them. YARP sends them decoded and
/// encoded again: <c>%41</c> becomes <c>A</c>, <c>%c3</c> becomes <c>%C3</c>. A path that servers read differently stays YARP's: what
/// the destination is asked for must be what the route and its policies were chosen by, unless the route has its coded slashes passed on.
/// </summary>
internal static class RequestTarget
{
    private const string CodedSlash = "%2F";

    /// <summary>What YARP leaves as it is.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@!$&'()*+,;=?");

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static ValueTask ApplyAsync(RequestTransformContext transform)
    {
        string target = transform.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.AsSpan().ContainsAnyExcept(Plain) || transform.ProxyRequest.RequestUri is not null)
        {
            return default;
        }

        string? slashes = PassesSlashes(transform.HttpContext) ? target.Replace(CodedSlash, "/", StringComparison.OrdinalIgnoreCase) : null;
        string? written = !IsClear(slashes ?? target) ? null
            : IsUnchanged(transform) ? target
            : slashes is not null && slashes != target ? WithSlashes(transform)
            : null;
        if (written is not null)
        {
            transform.ProxyRequest.RequestUri = new Uri(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), written), AsWritten);
        }

        return default;
    }

    private static bool PassesSlashes(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>() is { PassEncodedSlashes: true };

    /// <summary>What other transforms made of the target. A clear path has no <c>%25</c>: each <c>%252F</c> that YARP writes was a <c>%2F</c>.</summary>
    private static string WithSlashes(RequestTransformContext transform)
    {
        string path = RequestUtilities.MakeDestinationAddress("http://any", transform.Path, QueryString.Empty).AbsolutePath;
        return path.Replace("%252F", "%2F", StringComparison.Ordinal).Replace("%252f", "%2f", StringComparison.Ordinal) + transform.Query.QueryString;
    }

    private static bool IsUnchanged(RequestTransformContext transform)
    {
        HttpRequest request = transform.HttpContext.Request;
        return !request.PathBase.HasValue && transform.Path == request.Path && transform.Query.QueryString == request.QueryString;
    }

    /// <summary>One line of visible characters, whose path says the same to every server.</summary>
    private static bool IsClear(string target) =>
        target.StartsWith('/') && !target.AsSpan().ContainsAnyExceptInRange('!', '~') && !Bypass.IsAmbiguous(target) && !target.Contains('#', StringComparison.Ordinal);
}
