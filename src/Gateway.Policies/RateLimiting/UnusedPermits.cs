namespace Gateway.Policies.RateLimiting;

/// <summary>Permits that were taken and are not needed.</summary>
/// <param name="Requests">The limits that granted.</param>
/// <param name="Granted">Their decisions, index by index.</param>
/// <param name="Copies">For how many requests to hand back, 1 or more.</param>
public readonly record struct UnusedPermits(PermitRequest[] Requests, PermitDecision[] Granted, int Copies);
