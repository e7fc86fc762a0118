using Gateway.Configuration.Reload;
using Gateway.Policies.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>Registers the configuration in a host.</summary>
internal static class ConfigurationServices
{
    /// <summary>
    /// Makes <paramref name="source"/> the host's configuration: YARP's routes and clusters, hot reload, metrics, and the settings that
    /// the framework reads. Call it before other services read <see cref="IConfiguration"/>.
    /// </summary>
    public static void AddGatewayConfiguration(this IHostApplicationBuilder host, SnapshotSource source)
    {
        host.Configuration.Add(new SnapshotConfigurationSource(source));
        host.Services.TryAddSingleton(TimeProvider.System);
        host.Services.AddSingleton(source);
        host.Services.AddSingleton<IProxyConfigProvider>(source);
        host.Services.AddSingleton<IConfigChangeListener, AppliedListener>();
        host.Services.AddSingleton<ConfigMetrics>();
        host.Services.AddSingleton<SelfDescription>();
        host.Services.AddSingleton<Func<LiveGateway>>(provider => provider.GetRequiredService<SelfDescription>().Now);
        host.Services.AddSingleton<Reloader>();
        host.Services.AddHostedService<RoutesFileWatcher>();
    }
}
