using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

/// <summary>What a Redis that forgets, restarts or is a Cluster does to limits.</summary>
public sealed class RedisOutageTests
{
    [Fact]
    public async Task Acquire_AfterFlushAll_AdmitsTheLimitOnceMore()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        PermitRequest request = Ask.For(limit: 5, seconds: 60);
        Assert.Equal(5, await redis.OnServerTime.AdmittedOfAsync(10, request));
        await redis.Database.ExecuteAsync("FLUSHALL");

        Assert.Equal(5, await redis.OnServerTime.AdmittedOfAsync(10, request));
    }

    [Fact]
    public async Task Acquire_AfterARestart_CountsAgain()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        PermitRequest request = Ask.For(limit: 5, seconds: 60);
        await redis.OnServerTime.AcquireAsync(request);
        await redis.Server.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => redis.OnServerTime.AcquireAsync(request));
        await redis.Server.StartAgainAsync();

        await Eventually.TrueAsync(async () => await AdmittedAsync(redis.OnServerTime, request), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Acquire_OnAClusterOverSeveralSlots_IsAllOrNothing()
    {
        await using RedisUnderTest cluster = await RedisUnderTest.StartClusterAsync();
        PermitRequest wide = Ask.For(limit: 10, seconds: 60, partition: 1, policy: "wide");
        PermitRequest narrow = Ask.For(limit: 1, seconds: 60, partition: 2, policy: "narrow");

        PermitDecision[] first = await cluster.OnServerTime.AcquireAllAsync(wide, narrow);
        PermitDecision[] second = await cluster.OnServerTime.AcquireAllAsync(wide, narrow);

        Assert.Equal([9, 0], first.Select(decision => decision.Remaining));
        Assert.Equal([PermitOutcome.Admitted, PermitOutcome.Denied], second.Select(decision => decision.Outcome));
        Assert.Equal(9, (await cluster.OnServerTime.PeekAsync(wide)).Remaining);
    }

    [Fact]
    public async Task Agree_SeveralGateways_HashAlike()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        PartitionSecret[] secrets = [.. Enumerable.Range(0, 8).Select(_ => new PartitionSecret())];

        await Task.WhenAll(secrets.Select(secret => new SecretAgreement(redis.Link, secret).AgreeAsync()));

        Assert.Single(secrets.Select(secret => secret.Hash("203.0.113.7"u8)).Distinct());
        Assert.All(secrets, secret => Assert.True(secret.IsAgreed));
    }

    [Fact]
    public async Task Agree_AfterRedisLostItsMemory_GivesTheSecretBack()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        var (old, late) = (new PartitionSecret(), new PartitionSecret());
        await new SecretAgreement(redis.Link, old).AgreeAsync();
        UInt128 before = old.Hash("x"u8);
        await redis.Database.ExecuteAsync("FLUSHALL");
        await new SecretAgreement(redis.Link, old).AgreeAsync();
        await new SecretAgreement(redis.Link, late).AgreeAsync();

        Assert.Equal(before, old.Hash("x"u8));
        Assert.Equal(before, late.Hash("x"u8));
    }

    [Fact]
    public async Task Presence_OfSeveralGateways_IsCounted()
    {
        await using RedisUnderTest redis = await RedisUnderTest.StartAsync();
        using var one = Presence(redis);
        using var two = Presence(redis);
        await one.StartAsync(CancellationToken.None);
        await two.StartAsync(CancellationToken.None);
        Assert.Equal(2, two.Count);

        await one.StopAsync(CancellationToken.None);
        using var three = Presence(redis);
        await three.StartAsync(CancellationToken.None);
        Assert.Equal(2, three.Count);
        await redis.Server.KillAsync();
        await three.StopAsync(CancellationToken.None);
        await two.StopAsync(CancellationToken.None);
        Assert.Equal(2, three.Count);
    }

    private static RedisPresence Presence(RedisUnderTest redis) =>
        new(redis.Link, new SecretAgreement(redis.Link, new PartitionSecret()), TimeProvider.System, NullLogger<RedisPresence>.Instance);

    private static async Task<bool> AdmittedAsync(IPermitStore store, PermitRequest request)
    {
        try
        {
            return (await store.AcquireAsync(request)).Outcome is PermitOutcome.Admitted;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
