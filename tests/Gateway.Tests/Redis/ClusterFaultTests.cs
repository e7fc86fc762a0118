using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

public sealed class ClusterFaultTests(ClusterFaultTests.Fixture fixture) : FaultMatrix, IClassFixture<ClusterFaultTests.Fixture>
{
    private protected override FaultedGateway Gateway => fixture.Gateway;

    public sealed class Fixture : IAsyncLifetime
    {
        internal FaultedGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await FaultedGateway.StartAsync(await RedisCluster.StartAsync(relayed: true));

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Gateway.Redis.DisposeAsync();
        }
    }
}
