namespace Harness.LongRun;

/// <summary>How the gateway was in one period of the run.</summary>
/// <param name="Seconds">When it ended, from the beginning of the run.</param>
/// <param name="Requests">How many were answered in it.</param>
/// <param name="P50">Their median latency in milliseconds.</param>
/// <param name="P99">Its 99th percentile.</param>
/// <param name="ResidentMegabytes">At its end.</param>
/// <param name="HeapMegabytes">At its end: the managed heap after the last collection.</param>
/// <param name="Disturbed">Redis was away in it.</param>
internal readonly record struct Moment(
    double Seconds, int Requests, double P50, double P99, double ResidentMegabytes, double HeapMegabytes, bool Disturbed);
