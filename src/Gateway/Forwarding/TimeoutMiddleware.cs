using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Gateway.Forwarding;

/// <summary>
/// Stands right inside the framework's request timeouts, which answer a 504 without a body. A request may wait for its route's Timeout
/// elsewhere than in YARP: for a fetch of the cache.
/// </summary>
internal sealed class TimeoutMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>() is { } timeout ? WaitAsync(context, timeout.RequestTimeoutToken) : next(context);

    private async Task WaitAsync(HttpContext context, CancellationToken timedOut)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (timedOut.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.Clear();
            await ProblemWriter.WriteAsync(context, ForwardProblems.TimedOut);
        }
    }
}
