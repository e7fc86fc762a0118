using Gateway.Policies.Routing;

namespace Gateway.Telemetry;

/// <summary>Measures what forwarding takes: placed around YARP's own pipeline, after every policy.</summary>
internal sealed class ForwardTiming(RequestMetrics metrics, TimeProvider time)
{
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next) => context => InvokeAsync(route.RouteId, next, context);

    private async Task InvokeAsync(string route, RequestDelegate next, HttpContext context)
    {
        long began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            TimeSpan duration = time.GetElapsedTime(began);
            GatewayRequest.Of(context).ForwardDuration = duration;
            metrics.Forwarded(route, context.Response.StatusCode, duration);
        }
    }
}
