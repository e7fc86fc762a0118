using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;
using Gateway.Policies.Routing;

namespace Gateway.Telemetry;

/// <summary>Requests as the client sees them, and forwards as the destination answers them. Tags: the route's id and the status class.</summary>
internal sealed class RequestMetrics
{
    public const string MeterName = "Gateway.Requests";

    // What no route matched.
    private const string NoRoute = "none";

    private static readonly string[] StatusClasses = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

    // Seconds. Finer below 10 ms than OpenTelemetry's defaults: a cache hit takes tens of microseconds.
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly CellCounter _requests;
    private readonly ConcurrentDictionary<string, CounterCell[]> _routes = new(StringComparer.Ordinal);
    private readonly Histogram<double> _durations;
    private readonly Histogram<double> _forwards;

    public RequestMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _requests = CellCounter.Create(meter, "gateway.requests", "{request}", "Requests answered, by route and status class.");
        _durations = meter.CreateHistogram(
            "gateway.request.duration", "s", "From a request's first middleware to its response's last byte.", advice: Buckets);
        _forwards = meter.CreateHistogram(
            "gateway.forward.duration", "s", "From forwarding a request to its response's last byte.", advice: Buckets);
    }

    public void Answered(HttpContext context, int status, TimeSpan duration)
    {
        CounterCell requests = Series(context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>()?.RouteId ?? NoRoute, status);
        requests.Add();
        _durations.Record(duration.TotalSeconds, requests.Tags);
    }

    public void Forwarded(string route, int status, TimeSpan duration) => _forwards.Record(duration.TotalSeconds, Series(route, status).Tags);

    private CounterCell Series(string route, int status) =>
        _routes.GetOrAdd(route, static (id, metrics) => metrics.SeriesOf(id), this)[status is >= 100 and < 600 ? status / 100 : 0];

    private CounterCell[] SeriesOf(string route) => [.. StatusClasses.Select(status => _requests.Of(new("route", route), new("status", status)))];
}
