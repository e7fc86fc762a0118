using BenchmarkDotNet.Attributes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.RateLimiting;

/// <summary>One decision of the store in process, partitions taking turns.</summary>
public class DecisionInProcess
{
    private const int Partitions = 64;
    private readonly PermitDecision[] _decisions = new PermitDecision[1];
    private readonly WaitBudget _wait = new();
    private ServiceProvider _services = null!;
    private IPermitStore _store = null!;
    private PermitRequest[][] _open = [];
    private PermitRequest[][] _full = [];
    private int _next;

    [ParamsAllValues]
    public Counting Algorithm { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _services = new ServiceCollection().AddLogging().AddRateLimiting().BuildServiceProvider();
        _store = _services.GetRequiredService<IPermitStore>();
        _open = Limits.Of(Algorithm, Partitions);
        _full = [.. Limits.Of(Algorithm, Partitions, full: true).Select(static asked => (PermitRequest[])[asked[0] with { Policy = "full", Partition = ~asked[0].Partition }])];
        foreach (PermitRequest[] asked in _full)
        {
            await _store.AcquireAsync(asked, _decisions, _wait);
        }
    }

    [GlobalCleanup]
    public void CleanUp() => _services.Dispose();

    [Benchmark]
    public ValueTask<bool> Admitted() => _store.AcquireAsync(_open[_next++ % Partitions], _decisions, _wait);

    [Benchmark]
    public ValueTask<bool> Rejected() => _store.AcquireAsync(_full[_next++ % Partitions], _decisions, _wait);
}
