using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Policies.RouteBinding;

/// <summary>
/// Tells a fetch of the cache its header section as soon as it has come. YARP sends it with the first byte of the body, which may be long
/// after: those who wait would wait for the body of a response that they may not have. Refuses header sections that leave the end of the body
/// unknown. Register it after all other transforms.
/// </summary>
public sealed class FetchHeadTransforms : ITransformProvider
{
    public void Apply(TransformBuilderContext context) => context.AddResponseTransform(static async response =>
    {
        if (response.ProxyResponse is null || response.HttpContext.Features.Get<IHttpResponseBodyFeature>() is not FetchResponse fetch)
        {
            return;
        }

        // On routes without a cache the server refuses it; here the client would wait until the destination closes the connection.
        if (!ContentLengths.IsValid(fetch.Headers.ContentLength is null ? fetch.Headers[HeaderNames.ContentLength] : default))
        {
            throw new InvalidOperationException("The destination's Content-Length is not one valid number.");
        }

        if (fetch.StartsEarly)
        {
            await fetch.StartAsync(response.CancellationToken);
        }
    });

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }
}
