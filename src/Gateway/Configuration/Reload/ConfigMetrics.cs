using System.Diagnostics.Metrics;
using Gateway.Policies.RateLimiting;

namespace Gateway.Configuration.Reload;

/// <summary>Metrics of the configuration: which revision is in force, and whether the last reload succeeded.</summary>
internal sealed class ConfigMetrics
{
    public const string MeterName = "Gateway.Configuration";
    private readonly Counter<long> _reloads;

    public ConfigMetrics(IMeterFactory meters, SnapshotSource source, Func<LiveGateway>? self = null, ILiveGateways? gateways = null)
    {
        Meter meter = meters.Create(MeterName);
        meter.CreateObservableGauge("gateway.config.revision", () => source.Current.Revision, "{revision}", "Revision of the configuration in force");
        meter.CreateObservableGauge("gateway.config.last_reload_success", () => source.LastReload.Succeeded ? 1 : 0, description: "1 when the last reload succeeded, 0 when its configuration had mistakes");
        meter.CreateObservableGauge("gateway.config.routes", () => source.Current.Routes.Count, "{route}", "Routes in force");
        meter.CreateObservableGauge("gateway.config.gateways", () => gateways?.Count ?? 1, "{gateway}", "Gateways that share this one's Redis, itself included");
        meter.CreateObservableGauge("gateway.config.drift", () => self is null ? 0 : gateways?.DifferingFrom(self()) ?? 0, "{gateway}", "Of them, those that run another version or other settings than this one");
        _reloads = meter.CreateCounter<long>("gateway.config.reloads", "{reload}", "Times the configuration was read again, by outcome");
    }

    /// <param name="outcome">applied, unchanged, rejected or failed.</param>
    public void Reloaded(string outcome) => _reloads.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
