namespace Gateway.Policies.RateLimiting;

/// <summary>What part of a request a partition is taken from.</summary>
public enum PartitionSource
{
    ClientIp,
    Session,
    User,
    Route,
    Host,
    Path,
    Method,
    Global,
    Header,
    Cookie,
    Query,
    SessionField,
}
