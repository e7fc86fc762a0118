using Gateway.Policies.RateLimiting;
using Gateway.Telemetry;

namespace Gateway.Configuration.Reload;

/// <summary>What this gateway says of itself to the others of its Redis.</summary>
internal sealed class SelfDescription(SnapshotSource source, TimeProvider time)
{
    /// <summary>The machine's or container's name and the process id.</summary>
    public static string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    private readonly DateTimeOffset _started = time.GetUtcNow();

    public LiveGateway Now()
    {
        GatewaySnapshot snapshot = source.Current;
        return new LiveGateway(Name, GatewayVersion.Text, snapshot.Fingerprint, snapshot.Revision, _started);
    }
}
