using Gateway.Admin.Endpoints;
using Gateway.Admin.Explain;
using Gateway.Admin.Requests;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.Events;
using Gateway.Policies.Redis;

namespace Gateway.Admin;

internal static class AdminRegistration
{
    /// <summary>Adds the admin API with all its endpoints. Call it before other hosted services are added, so that it starts first and stops last.</summary>
    public static IServiceCollection AddGatewayAdmin(this IServiceCollection services, AdminOptions options)
    {
        services.AddEventLog(SelfDescription.Name);
        services.AddSingleton<SessionEvents>();
        services.AddSingleton(gateway => new Readiness(
            gateway.GetRequiredService<IHostApplicationLifetime>(), gateway.GetRequiredService<TimeProvider>(), gateway.GetService<RedisConnections>()));
        services.AddSingleton<IAdminEndpoints, HealthEndpoints>();
        services.AddSingleton<IAdminEndpoints, MetricsEndpoint>();
        services.AddSingleton(gateway => new RouteExplainer(gateway, () => [gateway.GetRequiredService<EndpointDataSource>()]));
        services.AddSingleton<IAdminEndpoints, StatusEndpoint>();
        services.AddSingleton<IAdminEndpoints, RoutesEndpoint>();
        services.AddSingleton<IAdminEndpoints, ConfigEndpoint>();
        services.AddSingleton<IAdminEndpoints, ExplainEndpoint>();
        services.AddSingleton<IAdminEndpoints, PurgeEndpoint>();
        services.AddSingleton<IAdminEndpoints, SessionsEndpoints>();
        services.AddSingleton<IAdminEndpoints, UserSessionsEndpoints>();
        services.AddSingleton<IAdminEndpoints, LimitsEndpoints>();
        services.AddSingleton<IAdminEndpoints, EventsEndpoint>();
        services.AddSingleton<IAdminEndpoints, IndexEndpoint>();
        services.AddSingleton(gateway => new AdminListener(gateway, options, gateway.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(gateway => gateway.GetRequiredService<AdminListener>());
        return services;
    }
}
