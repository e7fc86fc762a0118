namespace Harness.Measuring;

/// <summary>One contender in one round.</summary>
/// <param name="Rate">Requests per second.</param>
/// <param name="P50">Median latency in microseconds.</param>
/// <param name="P99">99th percentile of the latency in microseconds.</param>
/// <param name="Cpu">Processor time that the contender spent on each request, in microseconds: what a figure means that others on the
/// machine disturb less.</param>
/// <param name="Requests">How many were answered.</param>
internal readonly record struct Sample(double Rate, double P50, double P99, double Cpu, long Requests);
