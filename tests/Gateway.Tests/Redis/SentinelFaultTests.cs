using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

public sealed class SentinelFaultTests(SentinelFaultTests.Fixture fixture) : FaultMatrix(fixture), IClassFixture<SentinelFaultTests.Fixture>
{
    [Fact]
    public Task Redis_TurnedIntoAReplica() => AssertEnduredAsync(RedisFault.TurnedIntoAReplica);

    public sealed class Fixture : FaultFixture
    {
        /// <summary>Without failovers, which have tests of their own: here all servers fail at once.</summary>
        protected override async Task<RedisDeployment> DeployAsync() => await RedisSentinel.StartAsync(relayed: true, downAfter: TimeSpan.FromMinutes(5));
    }
}
