namespace Gateway.Policies.Events;

/// <summary>What happened; the name is what operators see.</summary>
public static class EventKind
{
    public const string GatewayJoined = "gateway-joined";
    public const string GatewayLeft = "gateway-left";
    public const string ConfigApplied = "config-applied";
    public const string ConfigRejected = "config-rejected";
    public const string CachePurged = "cache-purged";
    public const string SessionsRevoked = "sessions-revoked";
    public const string LimitBoosted = "limit-boosted";
    public const string LimitReset = "limit-reset";
    public const string CircuitOpened = "circuit-opened";
    public const string CircuitClosed = "circuit-closed";
}
