using Gateway.Policies.Metrics;

namespace Gateway.Policies.RateLimiting;

/// <summary>The series that a limit's decisions of one outcome are counted in.</summary>
internal sealed record CountedDecisions(string Outcome, CounterCell Cell);
