namespace Gateway.Policies.RateLimiting;

/// <summary>Asks one limit for one permit.</summary>
/// <param name="Policy">The policy's name; limits of the same name and partition share their count.</param>
/// <param name="Partition">Whose permits: the keyed hash of the partition (<see cref="PartitionKey"/>).</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="Window">The window's length.</param>
public readonly record struct PermitRequest(string Policy, UInt128 Partition, long Limit, TimeSpan Window);
