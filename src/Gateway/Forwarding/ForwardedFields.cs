using System.Net;
using Gateway.Policies.Routing;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Forwarding;

/// <summary>
/// Tells destinations who asked: <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c>. What a stranger sends in them is replaced; what a
/// trusted proxy sends is kept, with the proxy's own address appended.
/// </summary>
internal static class ForwardedFields
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";
    private const string Prefix = "X-Forwarded-Prefix";
    private const string Standard = "Forwarded";

    public static ValueTask ApplyAsync(RequestTransformContext transform)
    {
        HttpContext context = transform.HttpContext;
        IPAddress peer = ClientAddress.Peer(context);
        bool believed = context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>() is { } route && ClientAddress.IsTrusted(peer, route.TrustedProxies);
        if (!believed)
        {
            RequestTransform.RemoveHeader(transform, Standard);
        }

        string given = believed ? context.Request.Headers[For].ToString() : "";
        Set(transform, For, given.Length > 0 ? $"{given}, {peer}" : peer.ToString());
        Keep(transform, believed, Proto, context.Request.Scheme);
        Keep(transform, believed, Host, context.Request.Host.ToUriComponent());
        Keep(transform, believed, Prefix, context.Request.PathBase.ToUriComponent());
        return default;
    }

    private static void Keep(RequestTransformContext transform, bool believed, string name, string own)
    {
        if (!believed || !transform.HttpContext.Request.Headers.ContainsKey(name))
        {
            Set(transform, name, own);
        }
    }

    private static void Set(RequestTransformContext transform, string name, string value)
    {
        RequestTransform.RemoveHeader(transform, name);
        if (value.Length > 0)
        {
            transform.ProxyRequest.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
