using System.Diagnostics.Metrics;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Storage;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Redis;

public sealed class RedisCacheStoreTests : CacheStoreContract, IClassFixture<SharedRedis>
{
    private readonly SharedRedis _redis;
    private readonly RedisCacheStore _store;

    public RedisCacheStoreTests(SharedRedis redis)
    {
        _redis = redis;
        IMeterFactory meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _store = new RedisCacheStore(
            redis.Connections.For(RedisConcern.Cache), TimeProvider.System, new CacheMetrics(meters), NullLogger<RedisCacheStore>.Instance);
    }

    private protected override ICacheStore Store => _store;

    private IDatabase Database => _redis.Connections.For(RedisConcern.Cache).Connection!.GetDatabase();

    [Fact]
    public async Task Set_OfAFetchThatBeganBeforeAnInvalidation_IsRefused()
    {
        const string Uri = "http://h/void";
        await _store.InvalidateAsync(Uri, 100, new WaitBudget());

        await SetAsync(Entries.Of(Uri, "old", stamp: 100));

        Assert.Null(await _store.GetAsync(Entries.LookupOf(Uri), new WaitBudget()));
        await SetAsync(Entries.Of(Uri, "new", stamp: TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000 + 1_000_000));
        Assert.Equal("new", Entries.TextOf(await _store.GetAsync(Entries.LookupOf(Uri), new WaitBudget())));
    }

    [Theory]
    [InlineData("version")]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("garbage")]
    [InlineData("empty")]
    public async Task Get_OfWhatIsNoEntry_IsAMissAndDeletesIt(string damage)
    {
        string uri = $"http://h/damaged/{damage}";
        await SetAsync(Entries.Of(uri, "body"));
        (RedisKey key, RedisValue field, byte[] value) = await RawAsync(uri);
        byte[] damaged = damage switch
        {
            "version" => [1, .. value[1..]],
            "flipped" => [.. value[..^1], (byte)(value[^1] ^ 1)],
            "cut" => value[..^3],
            "garbage" => [1, 2, 3],
            _ => [],
        };
        await Database.HashSetAsync(key, field, damaged);

        CacheEntry? found = await _store.GetAsync(Entries.LookupOf(uri), new WaitBudget());

        Assert.Null(found);
        await Gateway.Testing.Eventually.TrueAsync(async () => !await Database.HashExistsAsync(key, field));
    }

    [Fact]
    public async Task Set_LetsTheKeyExpireWhenNothingCanBeServedFromIt()
    {
        const string Uri = "http://h/ttl";
        CacheEntry entry = Entries.Of(Uri, "body");
        await SetAsync(entry);
        (RedisKey key, _, _) = await RawAsync(Uri);

        TimeSpan? left = await Database.KeyTimeToLiveAsync(key);

        Assert.InRange(left!.Value.TotalMilliseconds, 1, entry.UselessAt - Entries.Now + 1000);
    }

    [Fact]
    public async Task Set_PastTheCapOfVariants_StaysBounded()
    {
        const string Uri = "http://h/flood";
        for (int i = 0; i < 400; i++)
        {
            await SetAsync(Entries.Of(Uri, "body", ["a"], new() { ["A"] = $"{i}" }));
        }

        (RedisKey key, _, _) = await RawAsync(Uri);
        Assert.InRange(await Database.HashLengthAsync(key), 1, 265);
    }

    private async Task<(RedisKey Key, RedisValue Field, byte[] Value)> RawAsync(string uri)
    {
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(uri)));
        RedisKey key = $"gw:c:1:{hash}";
        HashEntry[] fields = await Database.HashGetAllAsync(key);
        HashEntry entry = fields.First(field => field.Name.ToString().Length == 64);
        return (key, entry.Name, (byte[])entry.Value!);
    }
}
