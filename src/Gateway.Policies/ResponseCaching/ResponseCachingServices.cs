using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.ResponseCaching.InMemory;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Policies.ResponseCaching.Serving;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.ResponseCaching;

/// <summary>Registers the response cache. Not called AddResponseCaching: ASP.NET Core has a method of that name, for its own middleware.</summary>
public static class ResponseCachingServices
{
    /// <summary>Adds <see cref="CachingStep"/> and <see cref="CachePurge"/> with entries kept in this process.</summary>
    public static IServiceCollection AddResponseCache(this IServiceCollection services, ResponseCachingOptions? options = null)
    {
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options ?? new ResponseCachingOptions());
        services.TryAddSingleton<CacheMetrics>();
        services.TryAddSingleton<IEntryMemory, MemoryCacheStore>();
        services.TryAddSingleton<PurgeEpochs>();
        services.TryAddSingleton<FetchTable>();
        services.TryAddSingleton<QueryForms>();
        services.TryAddSingleton(CacheOf);
        services.TryAddSingleton(PartsOf);
        services.TryAddSingleton(provider => new CachingStep(provider.GetRequiredService<CacheParts>()));
        services.TryAddSingleton(PurgeOf);
        return services;
    }

    /// <summary>
    /// Puts Redis behind memory, over the connection for <see cref="RedisConcern.Cache"/>, and tells purges to the other gateways over
    /// the one for <see cref="RedisConcern.Events"/>. Needs <see cref="RedisConnections"/>.
    /// </summary>
    public static IServiceCollection UseRedisResponseCache(this IServiceCollection services)
    {
        services.TryAddSingleton<ICacheStore>(provider => new RedisCacheStore(
            provider.GetRequiredService<RedisConnections>().For(RedisConcern.Cache),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<CacheMetrics>(),
            provider.GetRequiredService<ILogger<RedisCacheStore>>()));
        services.TryAddSingleton(provider => new RedisPurgeBus(
            provider.GetRequiredService<RedisConnections>().For(RedisConcern.Events),
            provider.GetRequiredService<PurgeEpochs>(),
            provider.GetRequiredService<IEntryMemory>(),
            provider.GetRequiredService<FetchTable>(),
            provider.GetRequiredService<CacheMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisPurgeBus>>()));
        services.TryAddSingleton<IFetchLeases>(provider => new RedisFetchLeases(
            provider.GetRequiredService<RedisConnections>().For(RedisConcern.Cache), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IPurgeBus>(provider => provider.GetRequiredService<RedisPurgeBus>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<RedisPurgeBus>());
        return services;
    }

    private static TieredCache CacheOf(IServiceProvider provider)
    {
        IEntryMemory memory = provider.GetRequiredService<IEntryMemory>();
        CacheMetrics metrics = provider.GetRequiredService<CacheMetrics>();
        metrics.Watch(memory);
        return new TieredCache(
            memory,
            provider.GetService<ICacheStore>(),
            provider.GetRequiredService<PurgeEpochs>(),
            provider.GetRequiredService<FetchTable>(),
            provider.GetService<IPurgeBus>(),
            metrics);
    }

    private static CacheParts PartsOf(IServiceProvider provider)
    {
        TieredCache cache = provider.GetRequiredService<TieredCache>();
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        var recording = new MemoryBudget(provider.GetRequiredService<ResponseCachingOptions>().Recording.Bytes);
        return new CacheParts
        {
            Cache = cache,
            Table = provider.GetRequiredService<FetchTable>(),
            Marks = new UncacheableMarks(time),
            Misses = new MissCounts(time),
            Fetching = new FetchServices(time, cache, recording, DestinationFailures.IsOwnError) { IsBroken = DestinationFailures.IsBroken, Turns = TurnsOf(provider, cache) },
            Queries = provider.GetRequiredService<QueryForms>(),
            Purge = provider.GetRequiredService<CachePurge>(),
            Metrics = provider.GetRequiredService<CacheMetrics>(),
        };
    }

    private static FetchTurns? TurnsOf(IServiceProvider provider, TieredCache cache) => provider.GetService<IFetchLeases>() is { } leases
        ? new FetchTurns(leases, cache, provider.GetRequiredService<CacheMetrics>(), provider.GetRequiredService<TimeProvider>())
        : null;

    private static CachePurge PurgeOf(IServiceProvider provider) => new(
        provider.GetRequiredService<TieredCache>(),
        provider.GetRequiredService<PurgeEpochs>(),
        provider.GetRequiredService<FetchTable>(),
        provider.GetRequiredService<QueryForms>(),
        provider.GetRequiredService<CacheMetrics>(),
        provider.GetService<IPurgeBus>());
}
