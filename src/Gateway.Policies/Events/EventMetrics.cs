using System.Diagnostics.Metrics;

namespace Gateway.Policies.Events;

/// <summary>How many events were kept, and how many could not be. Tags are bounded: kinds.</summary>
internal sealed class EventMetrics
{
    public const string MeterName = "Gateway.Events";
    private readonly Counter<long> _kept;
    private readonly Counter<long> _dropped;

    public EventMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _kept = meter.CreateCounter<long>("gateway.events.kept", "{event}", "Events that were kept for operators");
        _dropped = meter.CreateCounter<long>("gateway.events.dropped", "{event}", "Events that were lost: too many waited for a Redis that is away, or it refused them");
    }

    public void Kept(string kind) => _kept.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Dropped(string kind) => _dropped.Add(1, new KeyValuePair<string, object?>("kind", kind));
}
