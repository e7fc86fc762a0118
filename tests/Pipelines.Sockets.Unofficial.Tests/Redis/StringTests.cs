using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class StringTests(SharedRedis redis)
{
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Values_OfGrowingLength_ComeBackWhole(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        var random = new Random(3);
        for (int length = 0; length < 300_000; length = (length * 2) + random.Next(3) + 1)
        {
            string key = $"{transport}:length:{length}";
            byte[] value = new byte[length];
            random.NextBytes(value);
            await db.StringSetAsync(key, value).InTime();

            Assert.Equal(value, (byte[]?)await db.StringGetAsync(key).InTime());
            using Lease<byte>? lease = await db.StringGetLeaseAsync(key).InTime();
            Assert.Equal(value, lease!.Span);
        }

        Assert.True((await db.StringGetAsync("there is none").InTime()).IsNull);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Text_OfWideCharacters_IsDecodedAcrossSegments(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string text = new('\u20ac', 100_000);

        await db.StringSetAsync($"{transport}:text", text).InTime();

        Assert.Equal(text, (string?)await db.StringGetAsync($"{transport}:text").InTime());
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Values_ManyInOneReply_KeepTheirOrder(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        RedisKey[] keys = [.. Enumerable.Range(0, 5_000).Select(i => (RedisKey)$"{transport}:many:{i}")];
        await db.StringSetAsync([.. keys.Select((key, i) => new KeyValuePair<RedisKey, RedisValue>(key, $"value {i}"))]).InTime();

        RedisValue[] values = await db.StringGetAsync(keys).InTime();

        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"value {i}"), values.Select(value => (string?)value));
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Error_FromTheServer_IsThatCallsAlone(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        await db.StringSetAsync($"{transport}:string", "x").InTime();

        Task<RedisValue> wrong = db.HashGetAsync($"{transport}:string", "field");
        Task<RedisValue> right = db.StringGetAsync($"{transport}:string");

        var thrown = await Assert.ThrowsAsync<RedisServerException>(() => wrong.InTime());
        Assert.StartsWith("WRONGTYPE", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("x", (string?)await right.InTime());
    }
}
