using Gateway.Policies.Routing;

namespace Gateway.Policies.Events.InMemory;

/// <summary>This gateway's own latest events, gone at a restart.</summary>
internal sealed class InMemoryEventLog(string gateway, EventMetrics metrics, TimeProvider time) : IEventLog
{
    private const int Most = 1000;
    private readonly Queue<(EventPlace Id, GatewayEvent Event)> _events = new();
    private readonly Lock _gate = new();
    private EventPlace _last;

    public void Note(string kind, params ReadOnlySpan<(string Name, string Value)> details)
    {
        DateTimeOffset now = time.GetUtcNow();
        Dictionary<string, string> kept = EventDetails.Of(details);
        lock (_gate)
        {
            long milliseconds = now.ToUnixTimeMilliseconds();
            _last = milliseconds > _last.Milliseconds ? new EventPlace(milliseconds, 0) : _last with { Number = _last.Number + 1 };
            _events.Enqueue((_last, new GatewayEvent($"{_last}", now, gateway, kind, kept)));
            if (_events.Count > Most)
            {
                _events.Dequeue();
            }
        }

        metrics.Kept(kind);
    }

    public ValueTask<IReadOnlyList<GatewayEvent>> ReadAsync(EventPlace? after, int limit)
    {
        lock (_gate)
        {
            IEnumerable<GatewayEvent> found = after is { } seen
                ? _events.Where(kept => kept.Id > seen).Take(limit).Select(kept => kept.Event)
                : _events.TakeLast(limit).Select(kept => kept.Event);
            return new ValueTask<IReadOnlyList<GatewayEvent>>([.. found]);
        }
    }
}
