using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Model;

namespace Gateway.Policies.RouteBinding;

/// <summary>Gives every YARP route's endpoint its policies, composed once when the route is built.</summary>
public static class PolicyEndpoints
{
    /// <summary>Wraps the proxy's endpoints: <paramref name="compose"/> puts a route's policies before YARP's own pipeline.</summary>
    public static TBuilder WithPolicies<TBuilder>(this TBuilder endpoints, Func<RoutePolicies, RequestDelegate, RequestDelegate> compose)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<RouteModel>().FirstOrDefault()?.Config.Metadata is PolicyRouteMetadata { Policies: var policies })
            {
                endpoint.Metadata.Add(policies);
                if (policies.Cors is not null)
                {
                    // The policy itself, not its name: it belongs to the same snapshot as the rest.
                    endpoint.Metadata.Add(new CorsPolicyMetadata(policies.Cors));
                }

                endpoint.RequestDelegate = compose(policies, endpoint.RequestDelegate!);
            }
        });
        return endpoints;
    }
}
