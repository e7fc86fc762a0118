using Gateway.Policies.Redis;

namespace Gateway.Admin;

/// <summary>
/// Whether to send traffic here: the proxy listens, Redis is warm or known to be away, and no shutdown has begun.
/// A Redis that goes away later does not matter: the policies know what to do, and all gateways would leave at once.
/// </summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, TimeProvider time, RedisConnections? redis = null)
{
    /// <summary>How long a Redis that answers but does not take the scripts keeps the gateway out; then each policy's <c>WhenRedisFails</c> decides.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly long _began = time.GetTimestamp();
    private volatile bool _redisSettled = redis is null;

    /// <summary>Null: ready. Otherwise what is missing, for the operator.</summary>
    public string? Missing() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "The gateway is shutting down."
        : !lifetime.ApplicationStarted.IsCancellationRequested ? "The gateway is starting."
        : !RedisSettled() ? "Redis is connected but does not have the gateway's scripts yet."
        : null;

    private bool RedisSettled() => _redisSettled || (_redisSettled = redis!.IsReady || time.GetElapsedTime(_began) >= Patience);
}
