using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class ConnectTests(SharedRedis redis)
{
    [Fact]
    public async Task Connect_NobodyListens_SaysSo()
    {
        string nowhere = $"127.0.0.1:{FreePort.Next()},connectTimeout=500,connectRetry=0";

        var thrown = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(nowhere).InTime());

        Assert.Equal(ConnectionFailureType.UnableToConnect, thrown.FailureType);
    }

    /// <summary>A full backlog leaves the connection request unanswered; the client aborts its wait.</summary>
    [Fact]
    public async Task Connect_NobodyAccepts_IsGivenUpInTime()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(listener.LocalEndPoint!).InTime();
        string full = $"{listener.LocalEndPoint},connectTimeout=500,connectRetry=0";

        var thrown = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(full).InTime());

        Assert.Equal(ConnectionFailureType.UnableToConnect, thrown.FailureType);
    }

    [Fact]
    public async Task Connect_CertificateNotTrusted_Fails()
    {
        ConfigurationOptions trusting = redis.Options(Transport.Resp3OverTls13);
        ConfigurationOptions options = ConfigurationOptions.Parse($"{trusting.EndPoints[0]},ssl=true,sslHost=localhost,connectTimeout=3000,connectRetry=0");
        options.SslProtocols = SslProtocols.Tls13;

        var thrown = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(options).InTime());

        Assert.Equal(ConnectionFailureType.AuthenticationFailure, thrown.FailureType);
    }

    /// <summary>The message of a timeout tells where the bytes are, from the connection's counters.</summary>
    [Fact]
    public async Task Call_ServerStandsStill_TimesOutWithTheCountersAndGoesOnAfterwards()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync($"{server.Connection},asyncTimeout=200").InTime();
        IDatabase db = client.GetDatabase();

        server.Pause();
        var thrown = await Assert.ThrowsAsync<RedisTimeoutException>(() => db.StringGetAsync("x").InTime());
        server.Resume();

        Assert.Contains("in: 0, in-pipe: 0, out-pipe: 0", thrown.Message, StringComparison.Ordinal);
        await Retry.UntilItSucceedsAsync<RedisException>(() => db.PingAsync());
    }

    /// <summary>Every connection is closed and every call answered, well or by an error, when the client is disposed of in the middle.</summary>
    [Fact]
    public async Task Dispose_WhileCallsAreUnderWay_LeavesNoConnectionAndNoCall()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(server.Connection).InTime();
            Task[] calls = [.. Enumerable.Range(0, 200).Select(k => client.GetDatabase().StringSetAsync($"{k}", new byte[2_000]))];
            if (i % 2 == 0)
            {
                client.Dispose();
            }
            else
            {
                await client.DisposeAsync();
            }

            foreach (Task call in calls)
            {
                Exception? thrown = await Record.ExceptionAsync(() => call.InTime());
                Assert.True(thrown is null or RedisException or ObjectDisposedException, $"{thrown}");
            }
        });

        await using ConnectionMultiplexer watcher = await ConnectionMultiplexer.ConnectAsync($"{server.Connection},allowAdmin=true").InTime();
        ClientInfo[] left = [];
        for (int attempt = 0; attempt < 100 && left.Length != 2; attempt++)
        {
            left = await watcher.GetServers()[0].ClientListAsync().InTime();
        }

        Assert.Equal(2, left.Length); // the watcher's own: interactive and subscription
    }
}
