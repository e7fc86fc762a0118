using System.Collections.Concurrent;
using Gateway.Policies.Metrics;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Tells the access log and the metrics what became of a request.</summary>
internal sealed class CacheReport(string route, string policy, CacheMetrics metrics)
{
    private readonly ConcurrentDictionary<(string Outcome, string Reason), CounterCell> _requests = new();

    /// <summary>What was counted last: most requests of a route end alike.</summary>
    private Series? _last;

    public void Record(HttpContext context, string outcome, string reason)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        request.CacheOutcome = outcome;
        request.CacheReason = reason;
        if (_last is not { } series || !ReferenceEquals(series.Outcome, outcome) || !ReferenceEquals(series.Reason, reason))
        {
            _last = series = new Series(
                outcome, reason, _requests.GetOrAdd((outcome, reason), static (key, report) => report.CellOf(key.Outcome, key.Reason), this));
        }

        series.Cell.Add();
        if (outcome == Outcome.Collapsed)
        {
            metrics.Collapsed(route);
        }
    }

    private CounterCell CellOf(string outcome, string reason) => metrics.Requests(route, policy, outcome, reason);

    private sealed record Series(string Outcome, string Reason, CounterCell Cell);
}
