using System.Diagnostics.Metrics;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Redis;

/// <summary>Bodies in chunks, compressed or not, and what becomes of them in Redis.</summary>
public sealed class LargeBodyTests : IClassFixture<SharedRedis>
{
    private readonly string _uri = $"http://h/{Guid.NewGuid():N}";
    private readonly SharedRedis _redis;
    private readonly RedisCacheStore _store;
    private int _corrupt;
    private int _broken;

    public LargeBodyTests(SharedRedis redis)
    {
        _redis = redis;
        IMeterFactory meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var metrics = new CacheMetrics(meters);
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name is "gateway.cache.corrupt" or "gateway.cache.broken_bodies" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            Interlocked.Add(ref instrument.Name == "gateway.cache.corrupt" ? ref _corrupt : ref _broken, (int)value));
        listener.Start();
        _store = new RedisCacheStore(redis.Connections.For(RedisConcern.Cache), TimeProvider.System, metrics, NullLogger<RedisCacheStore>.Instance);
    }

    private IDatabase Database => _redis.Connections.For(RedisConcern.Cache).Connection!.GetDatabase();

    public static TheoryData<int> Lengths => [0, 1, RedisCacheStore.LargestWithin, RedisCacheStore.LargestWithin + 1, BodyChunks.Size, BodyChunks.Size + 1, 3 * BodyChunks.Size, 5_000_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Body_OfAnyLength_ComesBackByteForByte(int length)
    {
        foreach (long compressFrom in (long[])[0, 1])
        {
            byte[] body = Random(length);
            body.AsSpan(0, length / 2).Clear();
            await SetAsync(EntryOf(body) with { CompressFrom = compressFrom });

            CacheEntry? found = await GetAsync();

            Assert.True(await found!.Body.Arrival);
            Assert.Equal(body, BytesOf(found));
        }
    }

    [Fact]
    public async Task LargeBody_IsNoValueAboveOneMegabyte()
    {
        await SetAsync(EntryOf(Random(5_000_000)));

        foreach (RedisKey key in await KeysAsync("*"))
        {
            Assert.InRange((long)await Database.ExecuteAsync("MEMORY", "USAGE", key), 1, 1024 * 1024);
        }

        Assert.Equal(10, (await KeysAsync("b:*")).Length);
    }

    [Fact]
    public async Task BodyThatGetsSmaller_IsCompressed_OneThatDoesNot_IsNot()
    {
        await SetAsync(EntryOf(new byte[300_000]) with { CompressFrom = 2048 });
        Assert.Empty(await KeysAsync("b:*"));

        await SetAsync(EntryOf(Random(300_000)) with { CompressFrom = 2048 });
        RedisKey chunk = Assert.Single(await KeysAsync("b:*"));
        Assert.InRange(await Database.StringLengthAsync(chunk), 300_000, 300_020);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("cut")]
    [InlineData("changed")]
    public async Task FirstChunk_ThatIsMissingOrDamaged_MakesTheEntryAMissAndDeletesIt(string damage)
    {
        await SetAsync(EntryOf(Random(2_000_000)));
        await DamageAsync(0, damage);

        Assert.Null(await GetAsync());

        Assert.Equal(1, _corrupt);
        await EntryIsGoneAsync();
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("cut")]
    [InlineData("changed")]
    public async Task LaterChunk_ThatIsMissingOrDamaged_BreaksTheBodyOffAndDeletesTheEntry(string damage)
    {
        await SetAsync(EntryOf(Random(2_000_000)));
        await DamageAsync(2, damage);

        CacheEntry? found = await GetAsync();

        Assert.False(await found!.Body.Arrival);
        Assert.True(found.Body.IsBroken);
        Assert.Equal(1, _broken);
        await EntryIsGoneAsync();
    }

    [Fact]
    public async Task EntryOfALaterVersion_IsAMissAndStays()
    {
        await SetAsync(EntryOf(Random(100)));
        RedisValue field = (await Database.HashKeysAsync(HashKey)).First(name => name.ToString().Length == 64);
        byte[] value = (byte[])(await Database.HashGetAsync(HashKey, field))!;
        value[0] = EntryCodec.Version + 1;
        await Database.HashSetAsync(HashKey, field, value);

        Assert.Null(await GetAsync());

        await Task.Delay(200);
        Assert.True(await Database.HashExistsAsync(HashKey, field));
        Assert.Equal(1, _corrupt);
    }

    /// <summary>In a moment, so that whoever serves them just now gets the rest.</summary>
    [Fact]
    public async Task Replaced_ItsChunksGo()
    {
        await SetAsync(EntryOf(Random(2_000_000)));
        RedisKey[] old = await KeysAsync("b:*");
        await SetAsync(EntryOf(Random(700_000)));

        RedisKey[] left = [.. (await KeysAsync("b:*")).Except(old)];

        Assert.Equal((4, 2), (old.Length, left.Length));
        await Eventually.TrueAsync(async () => (await KeysAsync("b:*")).Length == 2, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Chunks_RemovedWhileRedisStandsStill_GoAllTheSame()
    {
        string place = HashKey.ToString()["gw:c:1:".Length..];
        var chunks = new BodyChunks(_redis.Connections.For(RedisConcern.Cache));
        BodyLayout layout = await chunks.WriteAsync(place, new StoredBody([Random(2_000_000)]), compress: false, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));
        int written = (await KeysAsync("b:*")).Length;

        _redis.Server.Pause();
        await chunks.RemoveAsync(place, layout.Reference);
        _redis.Server.Resume();

        Assert.Equal(4, written);
        await Eventually.TrueAsync(async () => (await KeysAsync("b:*")).Length == 0, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Invalidated_ItsChunksGo()
    {
        await SetAsync(EntryOf(Random(2_000_000)));

        await _store.InvalidateAsync(_uri, 1, new WaitBudget());

        await Eventually.TrueAsync(async () => (await KeysAsync("b:*")).Length == 0, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Refused_ItsChunksGo()
    {
        await _store.InvalidateAsync(_uri, 1, new WaitBudget());

        await SetAsync(EntryOf(Random(2_000_000)));

        await Eventually.TrueAsync(async () => (await KeysAsync("b:*")).Length == 0, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Herd_ThatAsksForOneEntry_IsOneRead()
    {
        await SetAsync(EntryOf(Random(5_000_000)));
        await Database.ExecuteAsync("CONFIG", "RESETSTAT");

        // Until all have asked, nobody is answered.
        _redis.Server.Pause();
        Task<CacheEntry?>[] asking = [.. Enumerable.Range(0, 200).Select(_ => GetAsync())];
        _redis.Server.Resume();
        CacheEntry?[] found = await Task.WhenAll(asking);

        Assert.All(found, entry => Assert.Same(found[0], entry));
        Assert.True(await found[0]!.Body.Arrival);
        string stats = $"{await Database.ExecuteAsync("INFO", "commandstats")}";
        Assert.Contains("cmdstat_hmget:calls=1,", stats, StringComparison.Ordinal);
        Assert.Contains("cmdstat_get:calls=10,", stats, StringComparison.Ordinal);
    }

    private RedisKey HashKey => $"gw:c:1:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_uri)))}";

    private Task SetAsync(CacheEntry entry) => _store.SetAsync(entry, new WaitBudget { Limit = TimeSpan.FromSeconds(10) }).AsTask();

    private async Task DamageAsync(int number, string damage)
    {
        RedisKey chunk = (await KeysAsync("b:*")).Single(key => key.ToString().EndsWith($":{number}", StringComparison.Ordinal));
        byte[] bytes = (byte[])(await Database.StringGetAsync(chunk))!;
        bytes[^1] ^= 1;
        await (damage switch
        {
            "missing" => Database.KeyDeleteAsync(chunk),
            "cut" => Database.StringSetAsync(chunk, bytes.AsMemory(0, bytes.Length - 1)),
            _ => Database.StringSetAsync(chunk, bytes),
        });
    }

    private Task EntryIsGoneAsync() =>
        Eventually.TrueAsync(async () => !(await Database.HashKeysAsync(HashKey)).Any(field => field.ToString().Length >= 64));

    private Task<CacheEntry?> GetAsync() => _store.GetAsync(Entries.LookupOf(_uri), new WaitBudget { Limit = TimeSpan.FromSeconds(10) }).AsTask();

    private CacheEntry EntryOf(byte[] body) => Entries.Of(_uri, "") with { Body = new StoredBody([body.AsMemory(0, body.Length / 3), body.AsMemory(body.Length / 3)]) };

    private static byte[] BytesOf(CacheEntry? entry) => [.. entry!.Body.Pieces.SelectMany(piece => piece.ToArray())];

    private static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        System.Random.Shared.NextBytes(bytes);
        return bytes;
    }

    /// <summary>The keys of this test's URI.</summary>
    private async Task<RedisKey[]> KeysAsync(string kind)
    {
        string hash = HashKey.ToString()["gw:c:1:".Length..];
        IServer server = _redis.Connections.For(RedisConcern.Cache).Connection!.GetServers()[0];
        var keys = new List<RedisKey>();
        await foreach (RedisKey key in server.KeysAsync(pattern: $"gw:c:{kind}", pageSize: 1000))
        {
            if (key.ToString().Contains(hash, StringComparison.Ordinal))
            {
                keys.Add(key);
            }
        }

        return [.. keys];
    }
}
