using Gateway.Configuration;
using Gateway.Policies.Redis;

namespace Gateway.Admin;

/// <summary>
/// Whether to send traffic here: the proxy listens, Redis was reached once or has had its time, and no shutdown has begun.
/// A Redis that goes away later does not matter: the policies know what to do, and all gateways would leave at once.
/// </summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, AdminOptions options, TimeProvider time, RedisConnections? redis = null)
{
    private readonly long _began = time.GetTimestamp();
    private volatile bool _redisSettled = redis is null;

    /// <summary>Null: ready. Otherwise what is missing, for the operator.</summary>
    public string? Missing() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "The gateway is shutting down."
        : !lifetime.ApplicationStarted.IsCancellationRequested ? "The gateway is starting."
        : !RedisSettled() ? "Redis is not connected yet."
        : null;

    private bool RedisSettled() =>
        _redisSettled
        || (_redisSettled = time.GetElapsedTime(_began) >= options.ReadyWithoutRedisAfter
            || Enum.GetValues<RedisConcern>().All(concern => redis!.For(concern).Connection?.IsConnected is true));
}
