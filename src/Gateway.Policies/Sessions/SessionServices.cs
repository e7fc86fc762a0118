using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.InMemory;
using Gateway.Policies.Sessions.Redis;
using Gateway.Policies.Sessions.Streams;
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
        services.TryAddSingleton<SessionLookups>();
        services.TryAddSingleton<ISessionEvents, LocalSessionEvents>();
        services.TryAddSingleton<LiveStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveStreams>());
        services.TryAddSingleton(provider => new SessionIssuer(provider.GetRequiredService<SessionAdmin>(), provider.GetRequiredService<ILogger<SessionIssuer>>()));
        services.TryAddSingleton(provider => new SessionStep(
            provider.GetRequiredService<ISessionStore>(),
            provider.GetRequiredService<SessionLookups>(),
            provider.GetRequiredService<LiveStreams>(),
            provider.GetRequiredService<SessionAdmin>(),
            provider.GetRequiredService<SessionMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SessionStep>>()));
        services.TryAddSingleton(provider => new SessionAdmin(
            provider.GetRequiredService<ISessionStore>(), provider.GetRequiredService<ISessionEvents>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>
    /// Keeps sessions in Redis instead, over the connection for <see cref="RedisConcern.Sessions"/>, and tells revocations to the other
    /// gateways over the one for <see cref="RedisConcern.Events"/>. Needs <see cref="RedisConnections"/>.
    /// </summary>
    public static IServiceCollection UseRedisSessions(this IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<ISessionStore>(
            provider => new RedisSessionStore(provider.GetRequiredService<RedisConnections>().For(RedisConcern.Sessions))));
        services.TryAddSingleton(provider => new RedisSessionEvents(
            provider.GetRequiredService<RedisConnections>().For(RedisConcern.Events),
            provider.GetRequiredService<SessionLookups>(),
            provider.GetRequiredService<ILogger<RedisSessionEvents>>()));
        services.Replace(ServiceDescriptor.Singleton<ISessionEvents>(provider => provider.GetRequiredService<RedisSessionEvents>()));
        services.AddHostedService(provider => provider.GetRequiredService<RedisSessionEvents>());
        return services;
    }
}
