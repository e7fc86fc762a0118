using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>Two gateways with one destination and one Redis of the test's own.</summary>
internal sealed class CacheFleet : IAsyncDisposable
{
    private CacheFleet(RedisServer redis, Destination destination, CacheHost one, CacheHost two) =>
        (Redis, Destination, One, Two) = (redis, destination, one, two);

    public RedisServer Redis { get; }

    public Destination Destination { get; }

    public CacheHost One { get; }

    public CacheHost Two { get; }

    /// <summary>Returns once both gateways hear each other's purges.</summary>
    public static async Task<CacheFleet> StartAsync(CachePolicy policy, RequestDelegate answer, Action<HttpContext>? before = null, TimeSpan? deadline = null)
    {
        RedisServer redis = await RedisServer.StartAsync();
        Destination destination = await Destination.StartAsync(answer);
        CacheHost one = await StartGatewayAsync(policy, destination, redis, before, deadline);
        CacheHost two = await StartGatewayAsync(policy, destination, redis, before, deadline);
        return new CacheFleet(redis, destination, one, two);
    }

    public static Task<CacheHost> StartGatewayAsync(
        CachePolicy policy, Destination destination, RedisServer redis, Action<HttpContext>? before = null, TimeSpan? deadline = null) =>
        StartGatewayAsync(policy, destination, redis.Connection, before, deadline);

    /// <param name="connection">Of any Redis, a Cluster for example.</param>
    public static async Task<CacheHost> StartGatewayAsync(
        CachePolicy policy, Destination destination, string connection, Action<HttpContext>? before = null, TimeSpan? deadline = null)
    {
        // The deadline is generous: on a busy machine a test is not about Redis being slow unless it says so.
        var options = new RedisOptions { Connection = connection, Deadline = deadline ?? TimeSpan.FromSeconds(2) };
        var connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await connections.StartAsync();
        CacheHost gateway = await CacheHost.StartAsync(
            policy, destination.Address, services => services.AddSingleton(_ => connections).UseRedisResponseCache(), before);
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<RedisPurgeBus>().IsCurrent, TimeSpan.FromSeconds(30));
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await Destination.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
