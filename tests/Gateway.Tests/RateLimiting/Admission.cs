namespace Gateway.Tests.RateLimiting;

/// <summary>
/// A request that a gateway let through: the limit decided between the moment its client sent it and the moment its destination saw it.
/// Both by the machine's monotonic clock, which all its processes share.
/// </summary>
internal readonly record struct Admission(long Sent, long Arrived);
