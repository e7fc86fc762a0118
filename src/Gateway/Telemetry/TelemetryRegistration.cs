using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Telemetry;

internal static class TelemetryRegistration
{
    /// <summary>What <see cref="AccessLogMiddleware"/>, <see cref="ForwardTiming"/> and <c>GET /metrics</c> need.</summary>
    public static IServiceCollection AddGatewayTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<ForwardTiming>();
        services.AddSingleton<PrometheusScrape>();
        services.AddHostedService<TelemetryExport>();
        return services;
    }
}
