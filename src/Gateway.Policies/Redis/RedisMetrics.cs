using System.Diagnostics.Metrics;

namespace Gateway.Policies.Redis;

/// <summary>What calls of Redis cost and how they end. Tags are bounded: five concerns, nine outcomes, one per server.</summary>
internal sealed class RedisMetrics : IDisposable
{
    public const string MeterName = "Gateway.Redis";
    private static readonly double[] Seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
    private static readonly KeyValuePair<string, object?>[][] Tags = [.. Enum.GetValues<RedisConcern>().SelectMany(TagsOf)];
    private static readonly int Outcomes = Enum.GetValues<RedisOutcome>().Length;
    private readonly Meter _meter;
    private readonly Histogram<double> _calls;
    private readonly Counter<long> _errors;

    public RedisMetrics(IMeterFactory? meters)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _calls = _meter.CreateHistogram<double>(
            "gateway.redis.calls", "s", "Calls that were begun, by how they ended", advice: new() { HistogramBucketBoundaries = Seconds });
        _errors = _meter.CreateCounter<long>("gateway.redis.errors", "{call}", "Calls without an answer, also those not begun");
    }

    /// <summary>Counts a call that was begun.</summary>
    public void Ended(RedisConcern concern, RedisOutcome outcome, TimeSpan took)
    {
        _calls.Record(took.TotalSeconds, Tags[Index(concern, outcome)]);
        if (outcome != RedisOutcome.Answered)
        {
            _errors.Add(1, Tags[Index(concern, outcome)]);
        }
    }

    /// <summary>Counts a call that was not begun.</summary>
    public void NotBegun(RedisConcern concern, RedisOutcome outcome) => _errors.Add(1, Tags[Index(concern, outcome)]);

    /// <summary>Shows each link's circuit: 1 open, 0 closed.</summary>
    public void Observe(IReadOnlyList<RedisLink> links) =>
        _meter.CreateObservableGauge("gateway.redis.circuit", () => links.Select(link => new Measurement<int>(link.IsAvailable ? 0 : 1, ConcernTag(link.Concern))), null, "1: open, requests do not wait for Redis; 0: closed");

    /// <summary>Shows what each server last said of itself.</summary>
    public void Observe(RedisServers servers)
    {
        Gauge("gateway.redis.server.clients", "{client}", "Connections the server has", state => state.ConnectedClients);
        Gauge("gateway.redis.server.memory", "By", "Memory the server uses", state => state.UsedMemory);
        Gauge("gateway.redis.server.memory_limit", "By", "The server's maxmemory; 0: none", state => state.MaxMemory);
        Gauge("gateway.redis.server.evicted", "{key}", "Keys the server evicted since it started", state => state.EvictedKeys);

        void Gauge(string name, string unit, string description, Func<RedisServerState, long> value) =>
            _meter.CreateObservableGauge(name, () => servers.Known.Select(state => new Measurement<long>(value(state), TagsOf(state))), unit, description);
    }

    public void Dispose() => _meter.Dispose();

    private static int Index(RedisConcern concern, RedisOutcome outcome) => ((int)concern * Outcomes) + (int)outcome;

    private static KeyValuePair<string, object?> ConcernTag(RedisConcern concern) => new("concern", concern switch
    {
        RedisConcern.RateLimits => "rate_limits",
        RedisConcern.Sessions => "sessions",
        RedisConcern.Cache => "cache",
        RedisConcern.Events => "events",
        RedisConcern.Locks => "locks",
        _ => throw new ArgumentOutOfRangeException(nameof(concern)),
    });

#pragma warning disable CA1308 // Tag values are lower-case by convention.
    private static IEnumerable<KeyValuePair<string, object?>[]> TagsOf(RedisConcern concern) =>
        Enum.GetNames<RedisOutcome>().Select(name => new[] { ConcernTag(concern), new("outcome", name.ToLowerInvariant()) });
#pragma warning restore CA1308

    private static KeyValuePair<string, object?>[] TagsOf(RedisServerState state) => [new("server", state.Server), new("role", state.Role)];
}
