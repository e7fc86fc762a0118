namespace Harness.Scaling;

/// <summary>What one primary did, for each request that all gateways together answered.</summary>
/// <param name="Calls">Of scripts.</param>
/// <param name="Reads">Of sessions.</param>
/// <param name="Microseconds">Of its thread for commands, beside what it takes idle.</param>
internal readonly record struct ShardUse(double Calls, double Reads, double Microseconds);
