using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

/// <summary>One redis-server for all tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    internal RedisUnderTest Redis { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Redis = await RedisUnderTest.StartAsync();

    public ValueTask DisposeAsync() => Redis.DisposeAsync();
}
