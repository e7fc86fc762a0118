using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class SpoiledReplyTests(SharedRedis redis)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_LostAmidAReply_FailsWhatIsUnderWayAndComesBack(bool reset)
    {
        using var proxy = new SpoilingProxy(redis.Port);
        await using ConnectionMultiplexer client = await ConnectAsync(proxy);
        IDatabase db = client.GetDatabase();
        string key = $"half:{reset}", value = new('h', 1_000);
        await db.StringSetAsync(key, value).InTime();

        proxy.CutNextReply(after: 500, reset);
        Task<RedisValue>[] gets = [.. Enumerable.Range(0, 20).Select(_ => db.StringGetAsync(key))];

        int failed = 0;
        foreach (Task<RedisValue> get in gets)
        {
            try
            {
                Assert.Equal(value, (string?)await get.InTime());
            }
            catch (RedisException)
            {
                failed++;
            }
        }

        Assert.InRange(failed, 1, 20);
        await Retry.UntilItSucceedsAsync<RedisException>(async () => Assert.Equal(value, (string?)await db.StringGetAsync(key)));
    }

    [Fact]
    public async Task Reply_ThatIsNone_IsReportedAndTheConnectionReplaced()
    {
        using var proxy = new SpoilingProxy(redis.Port);
        await using ConnectionMultiplexer client = await ConnectAsync(proxy);
        var failure = new TaskCompletionSource<ConnectionFailedEventArgs>();
        client.ConnectionFailed += (_, failed) => failure.TrySetResult(failed);
        await client.GetDatabase().PingAsync().InTime();

        await proxy.InjectAsync("$-7x\r\n"u8.ToArray());

        Assert.NotNull((await failure.Task.InTime()).Exception);
        await Retry.UntilItSucceedsAsync<RedisException>(() => client.GetDatabase().PingAsync());
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(SpoilingProxy proxy)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse($"127.0.0.1:{proxy.Port},abortConnect=false,asyncTimeout=15000");
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(200);
        return await ConnectionMultiplexer.ConnectAsync(options).InTime();
    }
}
