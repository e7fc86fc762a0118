using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.RateLimiting.InMemory;
using Gateway.Policies.RateLimiting.Offenders;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.RateLimiting;

/// <summary>Registers rate limiting. The steps are keyed services: <c>GetRequiredKeyedService&lt;IPolicyStep&gt;(LimitStage.BeforeSession)</c>.</summary>
public static class RateLimitingServices
{
    /// <summary>Limits counted in this process.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="memory">Bounds of the memory for counting; null: the defaults.</param>
    public static IServiceCollection AddRateLimiting(this IServiceCollection services, InMemoryPermitOptions? memory = null)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static _ => new PartitionSecret { IsPrivate = true });
        services.TryAddSingleton<RateLimitMetrics>();
        services.TryAddSingleton<ILocalPermitStore>(provider =>
            new InMemoryPermitStore(memory ?? new InMemoryPermitOptions(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IPermitStore>(provider => provider.GetRequiredService<ILocalPermitStore>());
        services.TryAddSingleton<ILiveGateways>(provider => new SingleGateway(provider.GetService<Func<LiveGateway>>()));
        services.TryAddSingleton<BoostTable>();
        services.TryAddSingleton<IBoosts, LocalBoosts>();
        services.TryAddSingleton<OffenderTable>();
        services.TryAddSingleton(Limiter);
        services.TryAddSingleton(provider => new RateLimitAdmin(
            provider.GetRequiredService<IPermitStore>(),
            provider.GetRequiredService<PartitionSecret>(),
            provider.GetRequiredService<BoostTable>(),
            provider.GetRequiredService<IBoosts>(),
            provider.GetRequiredService<OffenderTable>()));
        foreach (LimitStage stage in Enum.GetValues<LimitStage>())
        {
            services.TryAddKeyedSingleton(stage, (provider, _) => new RateLimitingStep(stage, provider.GetRequiredService<RateLimiter>()));
            services.TryAddKeyedSingleton<IPolicyStep>(stage, static (provider, stage) => provider.GetRequiredKeyedService<RateLimitingStep>(stage));
        }

        return services;
    }

    /// <summary>
    /// Limits counted in Redis, in this process while it is away. Before or after <see cref="AddRateLimiting"/>. Also agrees with the
    /// other gateways on the <see cref="PartitionSecret"/> when the host starts, for everyone who hashes with it; connect first.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="link">Finds the connection for <see cref="RedisConcern.RateLimits"/>.</param>
    public static IServiceCollection UseRedisForRateLimits(this IServiceCollection services, Func<IServiceProvider, RedisLink> link)
    {
        services.Replace(ServiceDescriptor.Singleton(static _ => new PartitionSecret()));
        services.AddSingleton(provider => new RedisPresence(
            link(provider),
            new SecretAgreement(link(provider), provider.GetRequiredService<PartitionSecret>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisPresence>>(),
            provider.GetService<Func<LiveGateway>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<RedisPresence>());
        services.Replace(ServiceDescriptor.Singleton<ILiveGateways>(provider => provider.GetRequiredService<RedisPresence>()));
        services.TryAddSingleton<BoostTable>();
        services.AddSingleton(provider => new RedisBoosts(
            link(provider), provider.GetRequiredService<BoostTable>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisBoosts>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<RedisBoosts>());
        services.Replace(ServiceDescriptor.Singleton<IBoosts>(provider => provider.GetRequiredService<RedisBoosts>()));
        services.AddMetrics();
        services.TryAddSingleton<RoundTripMetrics>();
        services.TryAddSingleton<IPartitionNews>(provider => new RedisPartitionNews(link(provider)));
        services.Replace(ServiceDescriptor.Singleton<IPermitStore>(provider =>
        {
            link(provider).Warm(PermitScripts.Acquire, PermitScripts.Refund, PermitScripts.Renew);
            return Sparing(provider, link(provider), new RedisPermitStore(
                link(provider), provider.GetRequiredService<PartitionSecret>(), PermitScripts.Acquire, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RoundTripMetrics>()));
        }));
        return services;
    }

    private static RateLimiter Limiter(IServiceProvider provider) => new(
        provider.GetRequiredService<IPermitStore>(),
        provider.GetRequiredService<ILocalPermitStore>(),
        provider.GetRequiredService<ILiveGateways>(),
        provider.GetRequiredService<PartitionSecret>(),
        provider.GetRequiredService<RateLimitMetrics>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<BoostTable>(),
        provider.GetRequiredService<OffenderTable>(),
        provider.GetRequiredService<ILogger<RateLimiter>>());

    private static SparingPermitStore Sparing(IServiceProvider provider, RedisLink link, IPermitStore store) => new(
        store,
        provider.GetRequiredService<ILiveGateways>(),
        provider.GetRequiredService<IPartitionNews>(),
        link.Deadline,
        provider.GetRequiredService<RoundTripMetrics>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetService<RoundTripOptions>());
}
