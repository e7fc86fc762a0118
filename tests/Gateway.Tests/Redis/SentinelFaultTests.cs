using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

public sealed class SentinelFaultTests(SentinelFaultTests.Fixture fixture) : FaultMatrix, IClassFixture<SentinelFaultTests.Fixture>
{
    private protected override FaultedGateway Gateway => fixture.Gateway;

    public sealed class Fixture : IAsyncLifetime
    {
        internal FaultedGateway Gateway { get; private set; } = null!;

        /// <summary>Without failovers, which have tests of their own: here all servers fail at once.</summary>
        public async ValueTask InitializeAsync() =>
            Gateway = await FaultedGateway.StartAsync(await RedisSentinel.StartAsync(relayed: true, downAfter: TimeSpan.FromMinutes(5)));

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Gateway.Redis.DisposeAsync();
        }
    }
}
