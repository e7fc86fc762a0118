using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Policies.RouteBinding;

/// <summary>Tells YARP's own errors from the destination's answers.</summary>
public static class DestinationFailures
{
    /// <summary>True when the destination gave no answer, or broke it off.</summary>
    public static bool IsBroken(HttpContext context) => context.Features.Get<IForwarderErrorFeature>() is { Error: not ForwarderError.None };

    /// <summary>True when the response is an error that YARP made, since the destination gave no answer.</summary>
    public static bool IsOwnError(HttpContext context) =>
        context.Response.StatusCode >= StatusCodes.Status500InternalServerError && IsBroken(context);
}
