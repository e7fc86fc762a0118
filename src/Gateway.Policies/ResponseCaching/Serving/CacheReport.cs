using System.Collections.Concurrent;
using Gateway.Policies.Metrics;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Tells the access log and the metrics what became of a request.</summary>
internal sealed class CacheReport(string route, string policy, CacheMetrics metrics)
{
    private readonly ConcurrentDictionary<(string Outcome, string Reason), CounterCell> _requests = new();

    public void Record(HttpContext context, string outcome, string reason)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        request.CacheOutcome = outcome;
        request.CacheReason = reason;
        _requests.GetOrAdd((outcome, reason), static (key, report) => report.CellOf(key.Outcome, key.Reason), this).Add();
        if (outcome == Outcome.Collapsed)
        {
            metrics.Collapsed(route);
        }
    }

    private CounterCell CellOf(string outcome, string reason) => metrics.Requests(route, policy, outcome, reason);
}
