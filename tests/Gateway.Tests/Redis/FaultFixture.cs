using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>One deployment and one gateway on it, for all faults one after the other.</summary>
public abstract class FaultFixture : IAsyncLifetime
{
    internal FaultedGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await FaultedGateway.StartAsync(await DeployAsync());

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Gateway.Redis.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Redis behind relays.</summary>
    protected abstract Task<RedisDeployment> DeployAsync();
}
