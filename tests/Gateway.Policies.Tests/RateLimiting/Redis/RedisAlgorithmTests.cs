using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

public sealed class RedisAlgorithmTests(RedisFixture fixture) : AlgorithmContract, IClassFixture<RedisFixture>
{
    private protected override IStoreUnderTest Subject => fixture.Redis;
}
