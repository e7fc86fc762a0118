using Gateway.Policies.Tests.RateLimiting.Support;

namespace Gateway.Policies.Tests.RateLimiting.InMemory;

public sealed class InMemoryAlgorithmTests : AlgorithmContract
{
    private protected override IStoreUnderTest Subject { get; } = new MemoryUnderTest();
}
