using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

/// <summary>Limits on a real Cluster of three, where each limit of a request lies in another slot.</summary>
public sealed class RedisClusterPermitTests : IAsyncLifetime
{
    private RedisCluster _cluster = null!;
    private RedisConnections _connections = null!;
    private RedisPermitStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RedisCluster.StartAsync();
        var options = new RedisOptions { Connection = _cluster.Connection, Deadline = TimeSpan.FromSeconds(10) };
        _connections = new RedisConnections(options, TimeProvider.System, NullLoggerFactory.Instance);
        await _connections.StartAsync();
        var secret = new PartitionSecret();
        secret.Agree(new byte[PartitionSecret.Length]);
        _store = new RedisPermitStore(_connections.For(RedisConcern.RateLimits), secret, PermitScripts.Acquire, TimeProvider.System);
        await Eventually.TrueAsync(() => _store.IsAvailable);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _connections.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Acquire_OneOfManyDenied_HandsTheOthersBack()
    {
        PermitRequest[] wide = [.. Enumerable.Range(0, 12).Select(i => Wide(i))];
        PermitRequest narrow = Ask.For(limit: 3, seconds: 600, partition: 99, policy: "narrow");

        (int granted, PermitDecision[] decisions) = await _store.AcquireManyAsync(5, TimeSpan.Zero, [.. wide, narrow]);
        (int none, _) = await _store.AcquireManyAsync(2, TimeSpan.Zero, [.. wide, narrow]);

        Assert.Equal((3, 0), (granted, none));
        Assert.Equal(PermitOutcome.Denied, decisions[^1].Outcome);
        Assert.All(decisions[..^1], decision => Assert.Equal((PermitOutcome.Admitted, 9_997), (decision.Outcome, decision.Remaining)));
        foreach (PermitRequest request in wide)
        {
            Assert.Equal(9_997, (await _store.PeekAsync(request)).Remaining);
        }
    }

    [Fact]
    public async Task Refund_OfManyInDifferentSlots_HandsEachBack()
    {
        PermitRequest[] requests = [.. Enumerable.Range(0, 30).Select(i => Wide(200 + i))];
        var unused = new List<UnusedPermits>();
        foreach (PermitRequest request in requests)
        {
            (_, PermitDecision[] granted) = await _store.AcquireManyAsync(5, TimeSpan.Zero, request);
            unused.Add(new UnusedPermits([request], granted, 3));
        }

        await _store.RefundAsync(unused, new WaitBudget());

        foreach (PermitRequest request in requests)
        {
            Assert.Equal(9_998, (await _store.PeekAsync(request)).Remaining);
        }
    }

    [Fact]
    public async Task Acquire_ManyAtOnceWhileASlotMoves_AdmitsTheLimitAndLosesNothing()
    {
        PermitRequest wide = Wide(0);
        PermitRequest narrow = Ask.For(limit: 100, seconds: 600, partition: 98, policy: "narrow");
        string key = $"gw:rl:1:narrow:{narrow.Partition:x32}";
        RedisServer from = await _cluster.OwnerAsync(key);
        await _store.AcquireAllAsync(wide, narrow);

        Task<int>[] asking = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => AdmittedAsync(50, wide, narrow)))];
        await _cluster.MoveSlotAsync(await _cluster.SlotOfAsync(key), from, _cluster.Servers.First(server => server != from));
        int admitted = 1 + (await Task.WhenAll(asking)).Sum();

        Assert.NotSame(from, await _cluster.OwnerAsync(key));
        await Eventually.TrueAsync(async () => await AdmittedAsync(1, narrow) == 0 && (await _store.PeekAsync(narrow)).Remaining == 0);
        Assert.InRange(admitted, 1, 100);
        Assert.True((await _store.PeekAsync(wide)).Remaining <= 10_000 - admitted, "Every permit of an admitted request stays taken.");
    }

    private static PermitRequest Wide(int i) => Ask.For(limit: 10_000, seconds: 2_592_000, partition: i, policy: $"wide-{i}") with
    {
        Algorithm = (RateLimitAlgorithm)(i % 4),
        Burst = i % 4 == (int)RateLimitAlgorithm.TokenBucket ? 10_000 : 0,
    };

    /// <summary>How many were admitted; what meets a slot between two nodes counts as denied.</summary>
    private async Task<int> AdmittedAsync(int times, params PermitRequest[] requests)
    {
        int admitted = 0;
        for (int i = 0; i < times; i++)
        {
            try
            {
                (int granted, _) = await _store.AcquireManyAsync(1, TimeSpan.Zero, requests);
                admitted += granted;
            }
            catch (StoreUnavailableException)
            {
                // Not admitted.
            }
        }

        return admitted;
    }
}
