using Gateway.Policies.Routing;
using Gateway.Telemetry;

namespace Gateway.Forwarding;

/// <summary>
/// Stands right before YARP's own pipeline, after every policy: measures what forwarding takes, and answers where it fails, so that the
/// cache sees the same answer as the client.
/// </summary>
internal sealed class ForwardStep(RequestMetrics metrics, TimeProvider time)
{
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate yarp) => context => InvokeAsync(route.RouteId, yarp, context);

    private async Task InvokeAsync(string route, RequestDelegate yarp, HttpContext context)
    {
        long began = time.GetTimestamp();
        try
        {
            await yarp(context);
            await ForwardProblems.AnswerAsync(context);
        }
        finally
        {
            TimeSpan duration = time.GetElapsedTime(began);
            GatewayRequest.Of(context).ForwardDuration = duration;
            metrics.Forwarded(route, context.Response.StatusCode, duration);
        }
    }
}
