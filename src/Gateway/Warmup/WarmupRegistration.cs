namespace Gateway.Warmup;

internal static class WarmupRegistration
{
    /// <summary>Adds the cache warm-up; it does nothing while the configuration names no URL.</summary>
    public static IServiceCollection AddCacheWarmup(this IServiceCollection services)
    {
        services.AddSingleton<WarmupProgress>();
        services.AddSingleton<WarmupMetrics>();
        services.AddHostedService<CacheWarmup>();
        return services;
    }
}
