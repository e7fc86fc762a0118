using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

public sealed class StandaloneFaultTests(StandaloneFaultTests.Fixture fixture) : FaultMatrix(fixture), IClassFixture<StandaloneFaultTests.Fixture>
{
    [Fact]
    public Task Redis_TurnedIntoAReplica() => AssertEnduredAsync(RedisFault.TurnedIntoAReplica);

    public sealed class Fixture : FaultFixture
    {
        protected override async Task<RedisDeployment> DeployAsync() => await RedisStandalone.StartAsync(relayed: true);
    }
}
