using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.Admission;

namespace Gateway.Hosting;

/// <summary>Keeps the limit of concurrent requests at what the snapshot in force says.</summary>
internal static class AdmissionSettings
{
    /// <summary>A gate that follows <paramref name="snapshots"/>. It has the new limits before the new routes ask it.</summary>
    public static AdmissionGate Follow(SnapshotSource snapshots, TimeProvider time)
    {
        var gate = new AdmissionGate(time);
        gate.Apply(Of(snapshots.Current.Options));
        snapshots.Replaced += (_, next) => gate.Apply(Of(next.Options));
        return gate;
    }

    private static AdmissionLimits Of(GatewayOptions options) => options.MaxConcurrentRequests is { } most
        ? new AdmissionLimits(most, options.MaxQueuedRequests, options.QueueTimeout)
        : AdmissionLimits.None;
}
