using Gateway.Policies.Tests.RateLimiting.Support;

namespace Gateway.Policies.Tests.RateLimiting.WorstCases;

public sealed class InMemoryWorstCaseTests : WorstCaseContract
{
    private protected override IStoreUnderTest Subject { get; } = new MemoryUnderTest();
}
