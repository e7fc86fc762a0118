using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Policies.Configuration;
using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Admission;

/// <summary>
/// Holds a slot of the whole gateway for each request of a route, from here until its response has ended. Who gets none in time is
/// answered 503 with Retry-After.
/// </summary>
public sealed class AdmissionStep(AdmissionGate gate, AdmissionMetrics metrics, TimeProvider time) : IPolicyStep
{
    private static readonly Problem Shed = new(
        StatusCodes.Status503ServiceUnavailable,
        "Temporarily reduced capacity",
        "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
        "The gateway has as much work as it takes on. Try again shortly.");

    /// <inheritdoc/>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next)
    {
        if (!route.IsAdmissionLimited)
        {
            return next;
        }

        KeyValuePair<string, object?> tag = new("route", route.RouteId);
        return context => RunAsync(context, next, route.Priority, tag);
    }

    /// <inheritdoc/>
    public ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context) => ValueTask.FromResult<JsonNode?>(
        !route.IsAdmissionLimited ? null : new JsonObject
        {
            ["priority"] = route.Priority,
            ["maxConcurrentRequests"] = gate.Limits.MaxConcurrentRequests,
            ["maxQueuedRequests"] = gate.Limits.MaxQueuedRequests,
            ["queueTimeout"] = Duration.Format(gate.Limits.QueueTimeout),
        });

    private async Task RunAsync(HttpContext context, RequestDelegate next, int priority, KeyValuePair<string, object?> tag)
    {
        long asked = time.GetTimestamp();
        AdmissionOutcome outcome = await gate.EnterAsync(priority, context.RequestAborted);
        if (outcome is not AdmissionOutcome.Admitted)
        {
            metrics.Waited(tag, outcome, time.GetElapsedTime(asked));
            GatewayRequest.Of(context).AdmissionOutcome = AdmissionMetrics.NameOf(outcome);
        }

        if (outcome is not (AdmissionOutcome.Admitted or AdmissionOutcome.Queued))
        {
            await ShedAsync(context, outcome);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            gate.Leave();
        }
    }

    private Task ShedAsync(HttpContext context, AdmissionOutcome outcome)
    {
        if (outcome is AdmissionOutcome.Aborted)
        {
            return Task.CompletedTask;
        }

        double seconds = Math.Max(1, Math.Ceiling(gate.Limits.QueueTimeout.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString("0", CultureInfo.InvariantCulture);
        return ProblemWriter.WriteAsync(context, Shed);
    }
}
