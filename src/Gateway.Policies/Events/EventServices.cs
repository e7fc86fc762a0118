using Gateway.Policies.Events.InMemory;
using Gateway.Policies.Events.Redis;
using Gateway.Policies.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Events;

/// <summary>Registers the log of events.</summary>
public static class EventServices
{
    /// <summary>Keeps this gateway's latest 1,000 events in this process.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="gateway">The gateway's name in its events.</param>
    public static IServiceCollection AddEventLog(this IServiceCollection services, string gateway)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EventMetrics>();
        services.TryAddSingleton<IEventLog>(provider => new InMemoryEventLog(gateway, provider.GetRequiredService<EventMetrics>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Keeps about 10,000 events of all gateways in Redis instead, over the connection for <see cref="RedisConcern.Events"/>. Needs <see cref="RedisConnections"/>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="gateway">The gateway's name in its events.</param>
    public static IServiceCollection UseRedisEventLog(this IServiceCollection services, string gateway)
    {
        services.AddSingleton(provider => new RedisEventLog(
            provider.GetRequiredService<RedisConnections>().For(RedisConcern.Events),
            gateway,
            provider.GetRequiredService<EventMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisEventLog>>()));
        services.Replace(ServiceDescriptor.Singleton<IEventLog>(provider => provider.GetRequiredService<RedisEventLog>()));
        services.AddHostedService(provider => provider.GetRequiredService<RedisEventLog>());
        return services;
    }
}
