using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Demo;
using Gateway.Events;
using Gateway.Forwarding;
using Gateway.Hosting;
using Gateway.Policies.Access;
using Gateway.Policies.Admission;
using Gateway.Policies.Events;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Sessions;
using Gateway.Telemetry;
using Gateway.Warmup;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway;

/// <summary>The composition root, and the only place that picks memory or Redis.</summary>
internal static class GatewayServices
{
    public static void Add(WebApplicationBuilder host, SnapshotSource snapshots)
    {
        GatewayOptions options = snapshots.Current.Options;
        // First, so that it answers health checks while the rest starts, and until the rest has stopped.
        host.Services.AddGatewayAdmin(options.Admin);
        host.AddGatewayConfiguration(snapshots);
        host.Services.AddSingleton(provider => AdmissionSettings.Follow(snapshots, provider.GetRequiredService<TimeProvider>()));
        AddPolicies(host.Services, options);
        AddProxy(host.Services);
        host.Services.AddGatewayTelemetry();
        host.Services.AddSingleton<ErrorAnswers>();
        host.Services.AddSingleton<ForwardStep>();
        host.Services.AddSingleton<GatewayPipeline>();
        host.Services.AddCacheWarmup();
        host.Services.Configure<HostOptions>(lifetime => lifetime.ShutdownTimeout = options.ShutdownTimeout);
        if (options.DemoApi is { } url)
        {
            host.Services.AddHostedService(provider => new DemoApi(url, provider.GetRequiredService<TimeProvider>()));
        }
    }

    private static void AddPolicies(IServiceCollection services, GatewayOptions options)
    {
        var cache = new ResponseCachingOptions { Memory = options.CacheMemory };
        services.AddAccessLists().AddAdmission();
        if (!options.Redis.IsConfigured)
        {
            services.AddRateLimiting(options.RateLimitMemory).AddSessions().AddResponseCache(cache);
            services.AddHostedService<FleetEvents>();
            return;
        }

        services.AddSingleton(provider => new RedisConnections(
            options.Redis,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()));
        // Before the stores' own hosted services, which use the connections.
        services.AddHostedService<RedisStart>();
        services.UseRedisEventLog(SelfDescription.Name);
        services.AddHostedService<FleetEvents>();
        services.AddRateLimiting(options.RateLimitMemory).UseRedisForRateLimits(provider => provider.GetRequiredService<RedisConnections>().For(RedisConcern.RateLimits));
        services.AddSingleton(provider => new RedisLocks(provider.GetRequiredService<RedisConnections>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSessions().UseRedisSessions();
        services.AddResponseCache(cache).UseRedisResponseCache();
    }

    private static void AddProxy(IServiceCollection services)
    {
        services.AddReverseProxy().AddTransforms<GatewayTransforms>().AddTransforms<FetchHeadTransforms>();
        services.AddSingleton<IForwarderHttpClientFactory, DestinationClientFactory>();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, SnapshotCorsPolicies>();
        services.AddRequestTimeouts();
        services.AddAuthentication();
        services.AddAuthorization();
        // YARP's keys for cookies of session affinity: read, and at first written, when the first such cookie is, not at every start.
        if (services.FirstOrDefault(static service => service.ImplementationType?.Name == "DataProtectionHostedService") is { } keys)
        {
            services.Remove(keys);
        }
    }
}
