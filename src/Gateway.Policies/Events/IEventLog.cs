using Gateway.Policies.Routing;

namespace Gateway.Policies.Events;

/// <summary>The latest events of all gateways that share a Redis, or of this one alone.</summary>
public interface IEventLog
{
    /// <summary>Takes note of an event. Returns at once and never fails; what cannot be kept is counted as dropped.</summary>
    /// <param name="kind">One of <see cref="EventKind"/>.</param>
    /// <param name="details">See <see cref="GatewayEvent.Details"/>. Each value is cut at 500 characters.</param>
    void Note(string kind, params ReadOnlySpan<(string Name, string Value)> details);

    /// <summary>Events, the oldest first: those after <paramref name="after"/>, or without it the latest.</summary>
    /// <param name="after">The last one already seen.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    ValueTask<IReadOnlyList<GatewayEvent>> ReadAsync(EventPlace? after, int limit);
}
