namespace Harness.Scaling;

/// <summary>What a load did to Redis.</summary>
/// <param name="Rate">Requests per second, all gateways together.</param>
/// <param name="Questions">For permits, for each request; under load several travel in a script call.</param>
/// <param name="Calls">Script calls for each request.</param>
/// <param name="Reads">Reads of sessions for each request.</param>
/// <param name="Microseconds">Of Redis' thread for commands, for each request, beside what it takes idle.</param>
internal readonly record struct RedisUse(double Rate, double Questions, double Calls, double Reads, double Microseconds);
