using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

public sealed class ClusterFaultTests(ClusterFaultTests.Fixture fixture) : FaultMatrix(fixture), IClassFixture<ClusterFaultTests.Fixture>
{
    /// <summary>A node of a Cluster cannot be made a replica while it has slots; what it can be is gone.</summary>
    [Fact]
    public Task Redis_MissingAShard() => AssertEnduredAsync(RedisFault.MissingAShard);

    public sealed class Fixture : FaultFixture
    {
        protected override async Task<RedisDeployment> DeployAsync() => await RedisCluster.StartAsync(relayed: true);
    }
}
