using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Support;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.RateLimiting;

/// <summary>
/// Decisions with a real redis-server on the same machine: each with a script call of its own, and with what spares calls. Both ends
/// of a call are in the figures, for they share the cores.
/// </summary>
public class DecisionInRedis
{
    private const int AtOnce = 64;
    private readonly Task<bool>[] _pending = new Task<bool>[AtOnce];
    private readonly PermitDecision[][] _decisions = [.. Enumerable.Range(0, AtOnce).Select(static _ => new PermitDecision[1])];
    private RedisBench _redis = null!;
    private IPermitStore _store = null!;
    private PermitRequest[][] _limits = [];
    private PermitRequest[] _full = [];

    /// <summary>Combining, held permits and the memory of denials, all of them or none.</summary>
    [Params(false, true)]
    public bool Sparing { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _redis = await RedisBench.StartAsync(services =>
        {
            services.AddSingleton(new RoundTripOptions { Combining = Sparing, DenialMemory = Sparing, Leases = Sparing });
            services.AddRateLimiting().UseRedisForRateLimits(static provider => provider.GetRequiredService<RedisConnections>().For(RedisConcern.RateLimits));
        });
        _store = _redis.Services.GetRequiredService<IPermitStore>();
        await Eventually.TrueAsync(() => _store.IsAvailable, TimeSpan.FromSeconds(60));
        _limits = [.. Limits.Of(Counting.SlidingWindow, AtOnce).Select(static asked => (PermitRequest[])[asked[0] with { Limit = 100_000, Window = TimeSpan.FromSeconds(1) }])];
        _full = [.. Limits.Of(Counting.SlidingWindow, 1, full: true)[0].Select(static asked => asked with { Policy = "full" })];
        await _store.AcquireAsync(_full, _decisions[0], new WaitBudget());
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _redis.DisposeAsync();

    /// <summary>One after the other: what one caller waits.</summary>
    [Benchmark]
    public ValueTask<bool> Alone() => _store.AcquireAsync(_limits[0], _decisions[0], new WaitBudget());

    /// <summary>64 callers of 64 partitions.</summary>
    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task Spread() => AllAsync(spread: true);

    /// <summary>64 callers of one partition.</summary>
    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task Hot() => AllAsync(spread: false);

    [Benchmark]
    public ValueTask<bool> Rejected() => _store.AcquireAsync(_full, _decisions[0], new WaitBudget());

    private Task<bool[]> AllAsync(bool spread)
    {
        for (int i = 0; i < AtOnce; i++)
        {
            _pending[i] = _store.AcquireAsync(_limits[spread ? i : 0], _decisions[i], new WaitBudget()).AsTask();
        }

        return Task.WhenAll(_pending);
    }
}
