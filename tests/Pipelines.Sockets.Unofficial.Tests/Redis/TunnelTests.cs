#pragma warning disable CS0618 // the tunnels are experimental, and use parts of the stand-in that nothing else does
using System.Text;
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
    public async Task Logging_OfAConversation_HoldsEveryByteSent()
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

            // The client closes its log after the connection; until then the files are locked.
            await Retry.UntilItSucceedsAsync<IOException>(async () =>
            {
                string[] logs = await Task.WhenAll(Directory.GetFiles(folder, "*.out").Select(file => File.ReadAllTextAsync(file)));
                Assert.Contains(logs, log => log.Split("\r\nSET\r\n").Length == 101);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Replay_OfALog_PairsEveryRequestWithItsReply()
    {
        const int Requests = 5_000;
        var sent = new StringBuilder();
        var received = new StringBuilder();
        for (int i = 0; i < Requests; i++)
        {
            sent.Append($"*2\r\n$4\r\nECHO\r\n$4\r\n{i:0000}\r\n");
            received.Append($"$4\r\n{i:0000}\r\n");
        }

        var echoes = new List<bool>();
        long pairs = await LoggingTunnel.ReplayAsync(
            Stream(sent), Stream(received), (request, reply) => echoes.Add((string?)request[1] == (string?)reply)).InTime();

        Assert.Equal((Requests, Requests), (pairs, echoes.Count(isEcho => isEcho)));

        static MemoryStream Stream(StringBuilder text) => new(Encoding.ASCII.GetBytes(text.ToString()));
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
