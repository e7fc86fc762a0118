using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>Replies of many elements: within one block of the arena, and over many.</summary>
public sealed class CollectionTests(SharedRedis redis)
{
    private static readonly int[] s_counts = [1, 2, 300, 5_000, 20_000];

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Hash_OfAnySize_KeepsItsPairs(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        foreach (int count in s_counts)
        {
            string key = $"{transport}:hash:{count}";
            await db.HashSetAsync(key, [.. Enumerable.Range(0, count).Select(i => new HashEntry($"field {i}", i))]).InTime();

            HashEntry[] hash = await db.HashGetAllAsync(key).InTime();

            Assert.Equal(count, hash.Select(entry => entry.Name).Distinct().Count());
            Assert.DoesNotContain(hash, entry => entry.Name != $"field {(int)entry.Value}");
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task SortedSet_OfAnySize_KeepsScoresAndOrder(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        foreach (int count in s_counts)
        {
            string key = $"{transport}:sorted:{count}";
            SortedSetEntry[] entries = [.. Enumerable.Range(0, count).Select(i => new SortedSetEntry($"member {i}", i + 0.5))];
            await db.SortedSetAddAsync(key, entries).InTime();

            Assert.Equal(entries, await db.SortedSetRangeByRankWithScoresAsync(key).InTime());
            Assert.Equal([0.5, null], await db.SortedSetScoresAsync(key, ["member 0", "none"]).InTime());
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task List_OfAnySize_KeepsItsOrder(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        foreach (int count in s_counts)
        {
            RedisValue[] values = [.. Enumerable.Range(0, count).Select(i => (RedisValue)i)];
            await db.ListRightPushAsync($"{transport}:list:{count}", values).InTime();

            Assert.Equal(values, await db.ListRangeAsync($"{transport}:list:{count}").InTime());
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Geo_RadiusWithDetails_KeepsEachPlaceTogether(Transport transport)
    {
        const GeoRadiusOptions Details = GeoRadiusOptions.WithCoordinates | GeoRadiusOptions.WithDistance | GeoRadiusOptions.WithGeoHash;
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string key = $"{transport}:geo";
        await db.GeoAddAsync(key, [.. Enumerable.Range(0, 900).Select(i => new GeoEntry(13 + (i / 10_000.0), 38, $"place {i}"))]).InTime();

        GeoRadiusResult[] places = await db.GeoRadiusAsync(key, "place 0", 100, GeoUnit.Kilometers, options: Details).InTime();

        Assert.Equal(900, places.Length);
        Assert.All(places, place =>
        {
            double longitude = 13 + (int.Parse(((string)place.Member!)["place ".Length..]) / 10_000.0);
            Assert.InRange(place.Position!.Value.Longitude, longitude - 0.001, longitude + 0.001);
            Assert.True(place is { Distance: not null, Hash: not null });
        });
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Scans_PageByPage_SeeEveryElement(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string key = $"{transport}:scanned";
        await db.SetAddAsync(key, [.. Enumerable.Range(0, 5_000).Select(i => (RedisValue)i)]).InTime();
        foreach (int page in (int[])[100, 3_000])
        {
            var seen = new HashSet<int>();
            await foreach (RedisValue member in db.SetScanAsync(key, pageSize: page))
            {
                seen.Add((int)member);
            }

            Assert.Equal(5_000, seen.Count);
        }
    }
}
