using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class LargeValueTests(SharedRedis redis)
{
    private const int Size = 64 << 20;

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Value_Of64MiB_ComesBackWholeAmongSmallOnes(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string key = $"{transport}:large";
        byte[] value = new byte[Size];
        new ByteStream().Fill(value);

        await db.StringSetAsync(key, value).InTime();
        Task<RedisValue> whole = db.StringGetAsync(key);
        Task<RedisValue>[] parts = [.. Enumerable.Range(0, 100).Select(i => db.StringGetRangeAsync(key, i * 1000, i * 1000))];

        byte[]? got = await whole.InTime();
        Assert.True(value.AsSpan().SequenceEqual(got));
        for (int i = 0; i < parts.Length; i++)
        {
            Assert.Equal(value[i * 1000], Assert.Single((byte[])(await parts[i].InTime())!));
        }

        await db.KeyDeleteAsync(key).InTime();
    }
}
