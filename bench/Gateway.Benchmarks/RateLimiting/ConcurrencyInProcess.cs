using BenchmarkDotNet.Attributes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.RateLimiting;

/// <summary>A permit of a concurrency limit, taken and handed back.</summary>
public class ConcurrencyInProcess
{
    private readonly PermitRequest[] _asked =
        [new("bench", 17, Limit: 100, TimeSpan.FromSeconds(30), Algorithm: RateLimitAlgorithm.Concurrency)];

    private readonly PermitDecision[] _decisions = new PermitDecision[1];
    private readonly WaitBudget _wait = new();
    private ServiceProvider _services = null!;
    private IPermitStore _store = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _services = new ServiceCollection().AddLogging().AddRateLimiting().BuildServiceProvider();
        _store = _services.GetRequiredService<IPermitStore>();
    }

    [GlobalCleanup]
    public void CleanUp() => _services.Dispose();

    [Benchmark]
    public async ValueTask<bool> TakenAndHandedBack()
    {
        bool admitted = await _store.AcquireAsync(_asked, _decisions, _wait);
        await _store.RefundAsync(_asked, _decisions, 1, _wait);
        return admitted;
    }
}
