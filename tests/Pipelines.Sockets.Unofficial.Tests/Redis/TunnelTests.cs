#pragma warning disable CS0618 // the tunnels are experimental, and use parts of the stand-in that nothing else does
using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class TunnelTests(SharedRedis redis)
{
    [Fact]
    public async Task HttpProxy_AskedToConnect_CarriesTheConversation()
    {
        using var proxy = new SpoilingProxy(redis.Port, isHttpProxy: true);
        await using (ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},tunnel=http:127.0.0.1:{proxy.Port}").InTime())
        {
            await TalkAsync(client);
        }

        Assert.All(proxy.Requests, request => Assert.Equal($"CONNECT 127.0.0.1:{redis.Port} HTTP/1.1", request));
        Assert.NotEmpty(proxy.Requests);
    }

    [Fact]
    public async Task Logging_ReadBack_IsAWholeConversation()
    {
        string folder = Directory.CreateTempSubdirectory("standin-log-").FullName;
        try
        {
            ConfigurationOptions options = redis.Options(Transport.Resp2);
            LoggingTunnel.LogToDirectory(options, folder);
            await using (ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(options).InTime())
            {
                await TalkAsync(client);
            }

            // The client closes its log after the connection; until then the files are locked, or have gaps.
            long pairs = 0;
            await Retry.UntilItSucceedsAsync<Exception>(
                async () => pairs = await LoggingTunnel.ReplayAsync(folder, (sent, received) => Assert.False(sent is null || received is null)));
            Assert.True(pairs > 100, $"{pairs} pairs");
            Assert.True(await LoggingTunnel.ValidateAsync(folder).InTime() >= 2 * pairs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task TalkAsync(ConnectionMultiplexer client)
    {
        IDatabase db = client.GetDatabase();
        for (int i = 0; i < 100; i++)
        {
            string value = new('t', i * 100);
            await db.StringSetAsync("tunnel", value).InTime();
            Assert.Equal(value, (string?)await db.StringGetAsync("tunnel").InTime());
        }
    }
}
