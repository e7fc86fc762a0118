using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.WorstCases;

public sealed class RedisWorstCaseTests(RedisFixture fixture) : WorstCaseContract, IClassFixture<RedisFixture>
{
    private protected override IStoreUnderTest Subject => fixture.Redis;
}
