using Gateway.Policies.ResponseCaching.Fetching;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Policies.RouteBinding;

/// <summary>
/// Tells a fetch of the cache its header section as soon as it has come. YARP sends it with the first byte of the body, which may be long
/// after: those who wait would wait for the body of a response that they may not have. Register it after all other transforms.
/// </summary>
public sealed class FetchHeadTransforms : ITransformProvider
{
    public void Apply(TransformBuilderContext context) => context.AddResponseTransform(static async response =>
    {
        if (response.ProxyResponse is not null && response.HttpContext.Features.Get<IHttpResponseBodyFeature>() is FetchResponse { StartsEarly: true } fetch)
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
