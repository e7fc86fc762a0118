using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Forwarding;

/// <summary>What the gateway adds to YARP's transforms on every route.</summary>
internal sealed class GatewayTransforms : ITransformProvider
{
    public void Apply(TransformBuilderContext context)
    {
        SessionTokenTransform.AddTo(context);
        SessionIssueTransform.AddTo(context);
        // A route that names its own X-Forwarded transforms keeps them.
        if (context.UseDefaultForwarders ?? true)
        {
            context.UseDefaultForwarders = false;
            context.AddRequestTransform(ForwardedFields.ApplyAsync);
        }

        context.AddRequestTransform(BrowserFields.ApplyAsync);
        // Last: it leaves alone what another transform has changed.
        context.AddRequestTransform(RequestTarget.ApplyAsync);
        context.AddResponseTransform(static response =>
        {
            if (response.ProxyResponse is { } proxied && proxied.Headers.NonValidated.TryGetValues("Connection", out var connection))
            {
                ConnectionOptions.RemoveNominated(response.HttpContext.Response.Headers, connection.ToArray());
            }

            return default;
        });
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }
}
