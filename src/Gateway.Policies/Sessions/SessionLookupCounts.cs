using Gateway.Policies.Metrics;

namespace Gateway.Policies.Sessions;

/// <summary>Counts one policy's look-ups.</summary>
internal sealed class SessionLookupCounts(SessionMetrics metrics, string policy)
{
    /// <summary>Answered from memory.</summary>
    public CounterCell Memory { get; } = metrics.Lookups(policy, "memory");

    /// <summary>Answered by a read that another request had begun.</summary>
    public CounterCell Joined { get; } = metrics.Lookups(policy, "joined");

    /// <summary>Read from Redis.</summary>
    public CounterCell Store { get; } = metrics.Lookups(policy, "redis");
}
