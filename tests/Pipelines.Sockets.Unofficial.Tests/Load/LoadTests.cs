using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Redis;
using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Load;

/// <summary>Many callers on one connection while it is whole, and while it is lost again and again: no reply goes to another's call.</summary>
public sealed class LoadTests
{
    // Beyond the deadline of a call, and enough for a machine that does other things too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Callers_Thousands_AreAllAnswered()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(Options(server.Connection)).InTime();
        int lost = 0;
        client.ConnectionFailed += (_, _) => Interlocked.Increment(ref lost);
        var callers = new Callers(client, mayLose: false);

        Task all = callers.RunAsync(3_000);
        await Eventually.TrueAsync(() => callers.Operations > 60_000, s_patience, expected: "60,000 calls are answered");
        callers.Stop();
        await all.WaitAsync(s_patience);

        AssertNothingWrong(callers);
        Assert.Equal((0, 0), (callers.Failures, lost));
    }

    [Fact]
    public async Task Server_KilledAndRestarted_IsFoundAgainEveryTime()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await KillAndRestartAsync(server, Options(server.Connection), times: 3);
    }

    [Fact]
    public async Task Server_KilledAndRestartedOverTls_IsFoundAgainEveryTime()
    {
        using var certificate = new TestCertificate();
        int port = FreePort.Next();
        await using RedisServer server = await RedisServer.StartAsync(SharedRedis.TlsArguments(certificate, port));
        await KillAndRestartAsync(server, Prepared(SharedRedis.TlsOptions(certificate, port, SslProtocols.Tls13)), times: 2);
    }

    [Theory]
    [InlineData(RedisProtocol.Resp2)]
    [InlineData(RedisProtocol.Resp3)]
    public async Task Connections_KilledByTheServerInAStorm_ComeBack(RedisProtocol protocol)
    {
        await using RedisServer server = await RedisServer.StartAsync();
        ConfigurationOptions options = Options(server.Connection);
        options.Protocol = protocol;
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(options).InTime();
        var beat = new Beat(client);
        await beat.SubscribeAsync();
        var callers = new Callers(client, mayLose: false);
        Task all = callers.RunAsync(500);

        await KillConnectionsAsync(server, TimeSpan.FromSeconds(3));

        await AnsweredAgainAsync(callers);
        await beat.HeardAgainAsync();
        callers.Stop();
        await all.WaitAsync(s_patience);
        Assert.Empty(callers.Wrong);

        // The client itself can leave a call in a dead connection's queue when a kill meets a reconnect, and its own timeouts then pass
        // the call by: that is why the gateway gives every call a deadline of its own. Here it may strike one call in a storm, not more.
        Assert.InRange(callers.Hung, 0, 2);
        Assert.True(callers.Failures > 0, "the storm was felt");
    }

    /// <summary>Synchronous calls wait on locks rather than tasks; each has a thread of its own here, lest they starve the other tests.</summary>
    [Fact]
    public async Task Callers_Synchronous_AreAllAnswered()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(Options(server.Connection)).InTime();
        IDatabase db = client.GetDatabase();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(id => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    db.StringSet($"sync:{id}", i);
                    Assert.Equal(i, (int)db.StringGet($"sync:{id}"));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).WaitAsync(s_patience);
    }

    private static async Task KillAndRestartAsync(RedisServer server, ConfigurationOptions options, int times)
    {
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(options).InTime();
        var beat = new Beat(client);
        await beat.SubscribeAsync();
        var callers = new Callers(client, mayLose: true);
        Task all = callers.RunAsync(300);
        for (int i = 0; i < times; i++)
        {
            await AnsweredAgainAsync(callers);
            long failures = callers.Failures;
            await server.KillAsync();
            await Eventually.TrueAsync(() => callers.Failures > failures, s_patience, expected: "the callers have felt the loss");
            await server.StartAgainAsync();
        }

        await AnsweredAgainAsync(callers);
        await beat.HeardAgainAsync();
        callers.Stop();
        await all.WaitAsync(s_patience);
        AssertNothingWrong(callers);
    }

    private static async Task KillConnectionsAsync(RedisServer server, TimeSpan time)
    {
        using var admin = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await admin.ConnectAsync("127.0.0.1", server.Port).InTime();
        byte[] reply = new byte[100];
        var clock = Stopwatch.StartNew();
        for (int kills = 1; clock.Elapsed < time; kills++)
        {
            byte[] command = kills % 4 == 0 ? "client kill type pubsub\r\n"u8.ToArray() : "client kill type normal\r\n"u8.ToArray();
            await admin.SendAsync(command).InTime();
            Assert.True(await admin.ReceiveAsync(reply).InTime() > 0);
            await Task.Delay(Random.Shared.Next(10, 120));
        }
    }

    // Two rounds of calls, so that none of them was under way before.
    private static Task AnsweredAgainAsync(Callers callers)
    {
        long before = callers.Operations;
        return Eventually.TrueAsync(() => callers.Operations > before + 2_000, s_patience, expected: "the callers are answered again");
    }

    private static void AssertNothingWrong(Callers callers)
    {
        Assert.Empty(callers.Wrong);
        Assert.Equal(0, callers.Hung);
    }

    private static ConfigurationOptions Options(string endpoint) => Prepared(ConfigurationOptions.Parse(endpoint));

    private static ConfigurationOptions Prepared(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.SyncTimeout = options.AsyncTimeout = 10_000;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        options.ReconnectRetryPolicy = new LinearRetry(200);
        return options;
    }
}
