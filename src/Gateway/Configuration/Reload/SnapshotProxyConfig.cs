using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Reload;

/// <summary>A snapshot as YARP takes it.</summary>
internal sealed class SnapshotProxyConfig : IProxyConfig, IDisposable
{
    private readonly CancellationTokenSource _replaced = new();

    public SnapshotProxyConfig(GatewaySnapshot snapshot)
    {
        Snapshot = snapshot;
        ChangeToken = new CancellationChangeToken(_replaced.Token);
    }

    public GatewaySnapshot Snapshot { get; }

    public string RevisionId => $"{Snapshot.Revision}-{Snapshot.Fingerprint}";

    public IReadOnlyList<RouteConfig> Routes => Snapshot.Routes;

    public IReadOnlyList<ClusterConfig> Clusters => Snapshot.Clusters;

    public IChangeToken ChangeToken { get; }

    /// <summary>Tells YARP that a newer snapshot is there.</summary>
    public void SignalReplaced() => _replaced.Cancel();

    public void Dispose() => _replaced.Dispose();
}
