using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.InMemory;
using Gateway.Policies.Sessions.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Sessions;

/// <summary>Registers the session policy.</summary>
public static class SessionServices
{
    /// <summary>Adds <see cref="SessionStep"/> and <see cref="SessionAdmin"/> with sessions kept in this process.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SessionMetrics>();
        services.TryAddSingleton<PartitionSecret>();
        services.TryAddSingleton<ISessionStore>(provider => new InMemorySessionStore(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new SessionStep(
            provider.GetRequiredService<ISessionStore>(),
            provider.GetRequiredService<PartitionSecret>(),
            provider.GetRequiredService<SessionMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SessionStep>>()));
        services.TryAddSingleton(provider => new SessionAdmin(
            provider.GetRequiredService<ISessionStore>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Keeps sessions in Redis instead, over the connection for <see cref="RedisConcern.Sessions"/>. Needs <see cref="RedisConnections"/>.</summary>
    public static IServiceCollection UseRedisSessions(this IServiceCollection services) => services.Replace(
        ServiceDescriptor.Singleton<ISessionStore>(provider => new RedisSessionStore(provider.GetRequiredService<RedisConnections>().For(RedisConcern.Sessions))));
}
