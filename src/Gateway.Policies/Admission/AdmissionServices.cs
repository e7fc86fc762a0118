using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Policies.Admission;

/// <summary>Registers the limit of concurrent requests. The step is <see cref="AdmissionStep"/>; <see cref="AdmissionGate.Apply"/> sets the limits.</summary>
public static class AdmissionServices
{
    public static IServiceCollection AddAdmission(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AdmissionGate>();
        services.TryAddSingleton<AdmissionMetrics>();
        services.TryAddSingleton<AdmissionStep>();
        return services;
    }
}
