namespace Gateway.Policies.RateLimiting;

/// <summary>Asks one limit for one permit.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Partition">Whose permits: the keyed hash of policy and partition. Requests with the same one share their count.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="Window">The window's length.</param>
public readonly record struct PermitRequest(string Policy, UInt128 Partition, long Limit, TimeSpan Window);
