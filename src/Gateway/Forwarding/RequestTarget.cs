using System.Buffers;
using Gateway.Policies.ResponseCaching.Serving;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Forwarding;

/// <summary>
/// Forwards path and query as the client wrote them (RFC 9110 §7.7), where no transform has changed them. YARP sends them decoded and
/// encoded again: <c>%41</c> becomes <c>A</c>, <c>%c3</c> becomes <c>%C3</c>. A path that servers read differently stays YARP's: what
/// the destination is asked for must be what the route and its policies were chosen by.
/// </summary>
internal static class RequestTarget
{
    /// <summary>What YARP leaves as it is.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@!$&'()*+,;=?");

    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static ValueTask ApplyAsync(RequestTransformContext transform)
    {
        string target = transform.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.AsSpan().ContainsAnyExcept(Plain) && IsUnchanged(transform) && IsClear(target))
        {
            transform.ProxyRequest.RequestUri = new Uri(string.Concat(transform.DestinationPrefix.AsSpan().TrimEnd('/'), target), AsWritten);
        }

        return default;
    }

    private static bool IsUnchanged(RequestTransformContext transform)
    {
        HttpRequest request = transform.HttpContext.Request;
        return transform.ProxyRequest.RequestUri is null && !request.PathBase.HasValue
            && transform.Path == request.Path && transform.Query.QueryString == request.QueryString;
    }

    /// <summary>One line of visible characters, whose path says the same to every server.</summary>
    private static bool IsClear(string target) =>
        target.StartsWith('/') && !target.AsSpan().ContainsAnyExceptInRange('!', '~') && !Bypass.IsAmbiguous(target) && !target.Contains('#', StringComparison.Ordinal);
}
