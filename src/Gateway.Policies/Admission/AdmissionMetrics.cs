using System.Diagnostics.Metrics;

namespace Gateway.Policies.Admission;

/// <summary>What the gateway's own limit of concurrent requests did. Requests admitted at once are not counted here.</summary>
public sealed class AdmissionMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Gateway.Admission";

    private static readonly string[] Names = ["admitted", "queued", "full", "displaced", "timeout", "aborted"];
    private readonly Counter<long> _waits;
    private readonly Histogram<double> _duration;

    public AdmissionMetrics(IMeterFactory meters, AdmissionGate gate)
    {
        Meter meter = meters.Create(MeterName);
        _waits = meter.CreateCounter<long>("gateway.admission.waits", "{request}", "Requests that were not admitted at once, by route and outcome: queued (admitted after waiting); shed as full, displaced or timeout; aborted by the client.");
        _duration = meter.CreateHistogram<double>("gateway.admission.wait_duration", "s", "How long requests waited for a slot, whatever came of it.");
        meter.CreateObservableGauge("gateway.admission.running", () => gate.Running, "{request}", "Requests in work on protected routes.");
        meter.CreateObservableGauge("gateway.admission.queued", () => gate.Queued, "{request}", "Requests that wait for a slot.");
        meter.CreateObservableGauge("gateway.admission.limit", () => gate.Limits is { } limits && limits != AdmissionLimits.None ? limits.MaxConcurrentRequests : 0, "{request}", "Gateway:MaxConcurrentRequests; 0: none.");
    }

    /// <summary>An outcome as metrics and logs name it.</summary>
    internal static string NameOf(AdmissionOutcome outcome) => Names[(int)outcome];

    internal void Waited(KeyValuePair<string, object?> route, AdmissionOutcome outcome, TimeSpan time)
    {
        _waits.Add(1, route, new("outcome", NameOf(outcome)));
        _duration.Record(time.TotalSeconds, route);
    }
}
