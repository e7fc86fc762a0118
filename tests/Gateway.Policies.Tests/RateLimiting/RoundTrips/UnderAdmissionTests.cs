using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Redis;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>Nobody is denied who would have passed: on a real Redis, by its own clock, from many threads.</summary>
public sealed class UnderAdmissionTests(RedisFixture fixture) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.5);
    private readonly ConcurrentQueue<(long Asked, long Answered)> _admitted = new();
    private readonly ConcurrentQueue<(long Asked, long Answered)> _denied = new();

    [Fact]
    public async Task Acquire_ByOneGatewayWithoutLeases_DeniesOnlyWhenTheLimitIsUsed()
    {
        const int limit = 40;
        await AskAsync(new RoundTripOptions { Leases = false }, Ask.For(limit, Window.TotalSeconds, 5000), TimeSpan.FromSeconds(2));

        // Those that may be in the window at any moment of the denial: a denial that meets fewer is wrong however long things took.
        (long Asked, long Answered)[] admitted = [.. _admitted];
        foreach ((long asked, long answered) in _denied)
        {
            int met = admitted.Count(each => each.Answered > asked - Ticks(Window) && each.Asked < answered);
            Assert.True(met >= limit, $"Denied with {met} of {limit} used.");
        }

        Assert.True(_denied.Count > 100, $"Only {_denied.Count} denials were looked at: nothing was tried.");
    }

    [Fact]
    public async Task Acquire_ByOneGatewayWithLeases_AdmitsNoLessThanTheFormulaSays()
    {
        const int limit = 2000;
        TimeSpan duration = TimeSpan.FromSeconds(2);
        PermitRequest request = Ask.For(limit, Window.TotalSeconds, 5001);
        TimeSpan took = await AskAsync(new RoundTripOptions(), request, duration);

        // (L - b)·W/(W + h), with b an eighth of L and h a twentieth of W, in each whole window; or nobody was denied.
        int windows = (int)(took / Window) - 1;
        Assert.True(_denied.IsEmpty || _admitted.Count >= windows * limit * 0.83, $"{_admitted.Count} were admitted in {windows} windows of {limit}.");
    }

    /// <summary>Eight threads ask as fast as they can.</summary>
    private async Task<TimeSpan> AskAsync(RoundTripOptions options, PermitRequest request, TimeSpan duration)
    {
        var gateways = new SparingGateways(options, store: fixture.Redis.OnServerTime);
        SparingPermitStore store = gateways.Start(TimeProvider.System);
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var (requests, decisions) = (new[] { request }, new PermitDecision[1]);
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                long asked = Stopwatch.GetTimestamp();
                bool admitted = await store.AcquireAsync(requests, decisions, new WaitBudget());
                Note(admitted, asked, Stopwatch.GetTimestamp());
                // Denials from memory take no time: without this the threads would leave none to Redis's answers.
                await Task.Yield();
            }
        })));
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Denials from memory come by the million: one in ten is looked at.</summary>
    private void Note(bool admitted, long asked, long answered)
    {
        if (admitted)
        {
            _admitted.Enqueue((asked, answered));
        }
        else if (asked % 11 == 0)
        {
            _denied.Enqueue((asked, answered));
        }
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);
}
