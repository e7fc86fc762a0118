using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Telemetry;

internal static class TelemetryRegistration
{
    /// <summary>What the pipeline's measurements, the access log and <c>GET /metrics</c> need.</summary>
    public static IServiceCollection AddGatewayTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<PrometheusScrape>();
        services.AddHostedService<TelemetryExport>();
        return services;
    }
}
