using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Reload;

/// <summary>Hears from YARP that a snapshot's routes are in force, or that they could not be.</summary>
internal sealed class AppliedListener : IConfigChangeListener
{
    private readonly SnapshotSource _source;
    private readonly ILogger<AppliedListener> _logger;

    public AppliedListener(SnapshotSource source, ILogger<AppliedListener> logger) => (_source, _logger) = (source, logger);

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        foreach (GatewaySnapshot snapshot in proxyConfigs.OfType<SnapshotProxyConfig>().Select(config => config.Snapshot))
        {
            _source.Applied(snapshot);
            _logger.Applied(snapshot.Revision, snapshot.Fingerprint, snapshot.Routes.Count, snapshot.Clusters.Count);
        }
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
        foreach (GatewaySnapshot snapshot in proxyConfigs.OfType<SnapshotProxyConfig>().Select(config => config.Snapshot))
        {
            _source.NotApplied(snapshot, exception);
            _logger.NotApplied(exception, snapshot.Revision);
        }
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        // The snapshot was in memory already.
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) => _logger.Failed(exception, _source.Current.Revision);
}
