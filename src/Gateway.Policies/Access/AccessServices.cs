using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Policies.Access;

/// <summary>Registers deny lists. The step is <see cref="AccessStep"/>.</summary>
public static class AccessServices
{
    public static IServiceCollection AddAccessLists(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<AccessMetrics>();
        services.TryAddSingleton<AccessStep>();
        return services;
    }
}
