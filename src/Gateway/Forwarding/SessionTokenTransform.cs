using Gateway.Policies.RouteBinding;
using Gateway.Policies.Sessions;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Forwarding;

/// <summary>
/// Takes the session token out of the request to the destination. Here and not where the session is checked, since the cache in between
/// must see that a request carries credentials (RFC 9111 §3.5).
/// </summary>
internal sealed class SessionTokenTransform(TokenRemoval removal)
{
    private const string Authorization = "Authorization";
    private const string Cookie = "Cookie";

    public static void AddTo(TransformBuilderContext context)
    {
        if (context.Route.Metadata is not PolicyRouteMetadata { Policies.Session: { PassToken: false } session })
        {
            return;
        }

        var transform = new SessionTokenTransform(new TokenRemoval(session));
        // First of all, so that what the route's own transforms set stays.
        context.RequestTransforms.Insert(0, new RequestFuncTransform(transform.RemoveFields));
        if (transform._removal.HasQuery)
        {
            // Last: the query is put together after all other transforms.
            context.AddRequestTransform(transform.RemoveParameters);
        }
    }

    private readonly TokenRemoval _removal = removal;

    private ValueTask RemoveFields(RequestTransformContext transform)
    {
        if (!transform.HeadersCopied)
        {
            return default;
        }

        foreach (string name in _removal.Headers)
        {
            RequestTransform.RemoveHeader(transform, name);
        }

        if (_removal.Removes(transform.HttpContext.Request.Headers.Authorization))
        {
            RequestTransform.RemoveHeader(transform, Authorization);
        }

        if (_removal.HasCookies && transform.HttpContext.Request.Headers.Cookie.Count > 0)
        {
            Replace(transform);
        }

        return default;
    }

    private void Replace(RequestTransformContext transform)
    {
        StringValues cookies = RequestTransform.TakeHeader(transform, Cookie);
        string[] kept = [.. cookies.Select(line => _removal.WithoutCookies(line ?? "")).OfType<string>()];
        if (kept.Length > 0)
        {
            RequestTransform.AddHeader(transform, Cookie, kept);
        }
    }

    private ValueTask RemoveParameters(RequestTransformContext transform)
    {
        string? query = transform.Query.QueryString.Value;
        string kept = _removal.WithoutParameters(query);
        if (kept != (query ?? ""))
        {
            transform.ProxyRequest.RequestUri ??= RequestTarget.Of(transform, kept)
                ?? RequestUtilities.MakeDestinationAddress(transform.DestinationPrefix, transform.Path, new QueryString(kept));
        }

        return default;
    }
}
