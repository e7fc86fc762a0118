using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

public sealed class RedisConcurrencyTests(RedisFixture fixture) : ConcurrencyContract, IClassFixture<RedisFixture>
{
    private static readonly PermitRequest Request =
        Ask.For(limit: 2, seconds: 30, partition: 60_000, policy: "leases") with { Algorithm = RateLimitAlgorithm.Concurrency };

    private readonly RedisUnderTest _redis = fixture.Redis;

    [Fact]
    public async Task Leases_OfAGatewayThatIsGone_LapseAfterTheirTime()
    {
        Assert.Equal(2, await _redis.Store.AdmittedOfAsync(3, Request));
        await _redis.AdvanceAsync(Request.Window - TimeSpan.FromMicroseconds(1));
        Assert.Equal(0, await _redis.Store.AdmittedOfAsync(1, Request));
        await _redis.AdvanceAsync(TimeSpan.FromMicroseconds(1));

        Assert.Equal(2, await _redis.Store.AdmittedOfAsync(3, Request));
    }

    [Fact]
    public async Task Leases_OfALongRequest_AreRenewedUntilItEnds()
    {
        PermitRequest request = Request with { Policy = "renewed", Window = TimeSpan.FromSeconds(60) };
        var time = new ManualTime();
        using var store = new RedisPermitStore(_redis.Link, _redis.Secret, PermitScripts.Acquire, time);
        var decisions = new PermitDecision[1];
        await store.AcquireAsync(new[] { request }, decisions, new WaitBudget());
        string key = (await _redis.LogKeysAsync()).Single(known => known.Contains("renewed", StringComparison.Ordinal));
        double before = await LapseAsync(key);

        await store.Leases.RenewDueAsync();
        Assert.Equal(before, await LapseAsync(key));
        time.Advance(TimeSpan.FromSeconds(20));
        await store.Leases.RenewDueAsync();
        Assert.True(await LapseAsync(key) > before);

        await store.RefundAsync(new[] { request }, decisions, 1, new WaitBudget());
        Assert.Equal(0, store.Leases.Count);
        Assert.False(await _redis.Database.KeyExistsAsync(key));
        time.Advance(TimeSpan.FromSeconds(20));
        await store.Leases.RenewDueAsync();
        Assert.False(await _redis.Database.KeyExistsAsync(key));
    }

    private protected override async Task<LimitedApp> StartAsync(RateLimitPolicy policy, RequestDelegate destination)
    {
        LimitedApp app = await LimitedApp.StartAsync(Routes.With(policy), destination, redis: _redis.Link);
        await Eventually.TrueAsync(() => app.Services.GetRequiredService<IPermitStore>().IsAvailable);
        await _redis.Database.KeyDeleteAsync([.. (await _redis.LogKeysAsync()).Where(key => key.Contains(policy.Name, StringComparison.Ordinal)).Select(key => (RedisKey)key)]);
        return app;
    }

    private async Task<double> LapseAsync(string key) => (await _redis.Database.SortedSetRangeByRankWithScoresAsync(key)).Single().Score;
}
