using System.Diagnostics.Metrics;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.InMemory;
using Gateway.Policies.RateLimiting.RoundTrips;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>Gateways that spare their round trips to one store, which is in process so that the test owns its clock.</summary>
internal sealed class SparingGateways : ILiveGateways
{
    private readonly IMeterFactory _meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
    private readonly RoundTripOptions _options;

    public SparingGateways(RoundTripOptions? options = null, int count = 1, IPermitStore? store = null)
    {
        _options = options ?? new RoundTripOptions();
        Count = count;
        Spy = new SpyStore(store ?? new InMemoryPermitStore(new InMemoryPermitOptions(), Time));
        Saved = new SavedTrips(_meters);
    }

    public ManualTime Time { get; } = new();

    public int Count { get; }

    /// <summary>The shared store.</summary>
    public SpyStore Spy { get; }

    public LocalNews News { get; } = new();

    /// <summary>What all gateways together have saved.</summary>
    public SavedTrips Saved { get; }

    /// <param name="time">Null: the test's clock.</param>
    /// <param name="news">Null: the test's news.</param>
    public SparingPermitStore Start(TimeProvider? time = null, IPartitionNews? news = null) =>
        new(Spy, this, news ?? News, TimeSpan.FromSeconds(10), new RoundTripMetrics(_meters), time ?? Time, _options);
}
