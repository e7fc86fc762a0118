using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;
using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching;

/// <summary>What the response cache measures. Tags are bounded: route, policy, outcome, reason; never a URL or a key.</summary>
public sealed class CacheMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Gateway.ResponseCaching";

    /// <summary>Seconds. The defaults are for milliseconds: every purge would be in the first bucket.</summary>
    private static readonly InstrumentAdvice<double> Lags = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    };

    private readonly Meter _meter;
    private readonly CellCounter _requests;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _collapsed;
    private readonly Counter<long> _shared;
    private readonly Counter<long> _corrupt;
    private readonly Counter<long> _brokenBodies;
    private readonly Counter<long> _purges;
    private readonly Histogram<double> _purgeLag;
    private readonly Counter<long> _fleet;
    private readonly UpDownCounter<long> _fleetWaiting;
    private readonly UpDownCounter<long> _waiting;

    public CacheMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _requests = CellCounter.Create(_meter, "gateway.cache.requests", "{request}", "Requests of cached routes, by outcome and the rule that decided");
        _evictions = _meter.CreateCounter<long>("gateway.cache.evictions", "{entry}", "Entries that left memory for want of space");
        _collapsed = _meter.CreateCounter<long>("gateway.cache.collapsed", "{request}", "Requests that shared another request's fetch");
        _shared = _meter.CreateCounter<long>("gateway.cache.shared_lookups", "{lookup}", "Lookups in the store that gateways share, by outcome");
        _corrupt = _meter.CreateCounter<long>("gateway.cache.corrupt", "{entry}", "Shared entries that could not be read; each was deleted");
        _brokenBodies = _meter.CreateCounter<long>("gateway.cache.broken_bodies", "{body}", "Bodies out of the shared store that broke off while they came");
        _purges = _meter.CreateCounter<long>("gateway.cache.purges", "{purge}", "Purges asked of this gateway, by kind");
        _purgeLag = _meter.CreateHistogram("gateway.cache.purge_lag", "s", "From a purge to its arrival at this gateway, by the clock of Redis", advice: Lags);
        _fleet = _meter.CreateCounter<long>("gateway.cache.fleet_fetches", "{fetch}", "Fetches that asked whether another gateway fetches the same, by outcome");
        _waiting = _meter.CreateUpDownCounter<long>("gateway.cache.waiting", "{request}", "Requests that wait for another request's fetch");
        _fleetWaiting = _meter.CreateUpDownCounter<long>("gateway.cache.fleet_waiting", "{fetch}", "Fetches that wait for another gateway's");
    }

    internal void Watch(IEntryMemory memory)
    {
        _meter.CreateObservableGauge("gateway.cache.bytes", () => memory.Bytes, "By", "Memory held by entries");
        _meter.CreateObservableGauge("gateway.cache.entries", () => memory.Entries, "{entry}", "Entries in memory");
        memory.Evicted = _ => _evictions.Add(1);
    }

    /// <summary>The series to count a request in.</summary>
    internal CounterCell Requests(string route, string policy, string outcome, string reason) => _requests.Of(
        new("route", route), new("policy", policy), new("outcome", outcome), new("reason", reason));

    internal void Collapsed(string route) => _collapsed.Add(1, new KeyValuePair<string, object?>("route", route));

    internal void SharedLookup(bool hit) => _shared.Add(1, new KeyValuePair<string, object?>("outcome", hit ? "hit" : "miss"));

    internal void SharedStoreFailed(string operation) => _shared.Add(
        1, new KeyValuePair<string, object?>("outcome", "unavailable"), new KeyValuePair<string, object?>("operation", operation));

    internal void PurgeHeard(TimeSpan lag) => _purgeLag.Record(lag.TotalSeconds);

    /// <param name="outcome"><c>led</c>, <c>joined</c>, <c>uncacheable</c>, <c>failed</c>, <c>fetch-wait</c>, <c>away</c>.</param>
    internal void FleetFetch(string outcome) => _fleet.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Waiting(int change) => _waiting.Add(change);

    internal void FleetWaiting(int change) => _fleetWaiting.Add(change);

    internal void Corrupt() => _corrupt.Add(1);

    internal void BodyBroke() => _brokenBodies.Add(1);

    internal void Purged(string kind) => _purges.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
