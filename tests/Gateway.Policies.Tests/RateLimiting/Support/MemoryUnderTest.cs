using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.InMemory;

namespace Gateway.Policies.Tests.RateLimiting.Support;

internal sealed class MemoryUnderTest : IStoreUnderTest
{
    private readonly ManualTime _time = new(ManualTime.StoreStart);

    public MemoryUnderTest(InMemoryPermitOptions? options = null) => Memory = new InMemoryPermitStore(options ?? new InMemoryPermitOptions(), _time);

    public InMemoryPermitStore Memory { get; }

    public IPermitStore Store => Memory;

    public long Now => _time.GetTimestamp() / TimeSpan.TicksPerMicrosecond;

    public Task AdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.CompletedTask;
    }
}
