using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>When the client tries a broken connection again: 0.5 s, 1 s, 2 s, then every 4 s, each times a factor of this process's own, so that gateways do not return as one.</summary>
internal sealed class RedisReconnect : IReconnectRetryPolicy
{
    private const double FirstDelay = 500;
    private const int LastDoubling = 3;
    private readonly double _factor = 0.5 + Random.Shared.NextDouble();

    public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry) =>
        timeElapsedMillisecondsSinceLastRetry >= FirstDelay * (1 << (int)Math.Min(currentRetryCount, LastDoubling)) * _factor;
}
