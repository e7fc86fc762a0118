using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Tells the access log and the metrics what became of a request.</summary>
internal sealed class CacheReport(string route, string policy, CacheMetrics metrics)
{
    public void Record(HttpContext context, string outcome, string reason)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        request.CacheOutcome = outcome;
        request.CacheReason = reason;
        metrics.Request(route, policy, outcome, reason);
        if (outcome == Outcome.Collapsed)
        {
            metrics.Collapsed(route);
        }
    }
}
