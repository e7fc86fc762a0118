using System.Diagnostics;
using System.Globalization;
using Gateway.Policies.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

/// <summary>Locks over three independent Redis.</summary>
[Collection(RedisCollection.Name)]
public sealed class RedlockTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private RedisServer[] _servers = [];
    private RedisConnections _one = null!;
    private RedisConnections _two = null!;

    public async ValueTask InitializeAsync()
    {
        _servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RedisServer.StartAsync()));
        _one = await ConnectAsync(_servers.Select(server => server.Connection));
        _two = await ConnectAsync(_servers.Select(server => server.Connection));
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        foreach (RedisServer server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Lock_OneRedisKilledAnotherPaused_IsGrantedByTheMajorityOnly()
    {
        await _servers[0].KillAsync();
        await using RedisLock two = await TakeAsync(_one, "killed");
        Assert.True(await two.ExtendAsync());
        Assert.False((await Locks(_two).CreateLockAsync("killed", Long)).IsAcquired);

        _servers[1].Pause();
        RedisLock one = await Locks(_one).CreateLockAsync("paused", Long);
        Assert.False(one.IsAcquired);
        _servers[1].Resume();
        await (await TakeAsync(_one, "paused")).DisposeAsync();
    }

    [Fact]
    public async Task Lock_OnePaused_NobodyWaitsForIt()
    {
        _servers[2].Pause();
        await using RedisLock held = await TakeAsync(_one, "r");
        _servers[2].Resume();
        Assert.True(held.FencingToken > 0);
    }

    [Fact]
    public async Task FencingToken_OfEachHolder_IsLargerThanTheOneBefore()
    {
        long last = 0;
        for (int round = 0; round < 12; round++)
        {
            // Another majority each time, and memory that is lost.
            RedisServer away = _servers[round % 3];
            await away.KillAsync();
            await using (RedisLock held = await TakeAsync(round % 2 == 0 ? _one : _two, "r"))
            {
                Assert.True(held.FencingToken > last, $"{held.FencingToken} after {last}");
                last = held.FencingToken;
            }

            await away.StartAgainAsync();
        }
    }

    [Fact]
    public async Task Lock_ManyGatewaysWhileRedisIsKilled_OneHoldsAtATime()
    {
        int holders = 0;
        int held = 0;
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        Task[] gateways = [.. Enumerable.Range(0, 6).Select(i => HoldAsync(i % 2 == 0 ? _one : _two))];
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            await _servers[i % 3].KillAsync();
            await Task.Delay(300, CancellationToken.None);
            await _servers[i % 3].StartAgainAsync();

            // A Redis that lost a lock must stay away until the lock would have ended: the algorithm's own condition.
            await Task.Delay(700, CancellationToken.None);
        }

        await Task.WhenAll(gateways);
        Assert.NotEqual(0, held);

        async Task HoldAsync(RedisConnections gateway)
        {
            while (!end.IsCancellationRequested)
            {
                await using RedisLock mine = await Locks(gateway).CreateLockAsync("r", TimeSpan.FromMilliseconds(250), wait: TimeSpan.FromMilliseconds(200), retry: TimeSpan.FromMilliseconds(10));
                if (mine.IsAcquired)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    held++;
                    await Task.Yield();
                    Interlocked.Decrement(ref holders);
                }
            }
        }
    }

    [Fact]
    public async Task Lock_HolderStopped_AnotherTakesOverAndTheFirstKnowsItIsTooLate()
    {
        string told = Path.GetTempFileName();
        using Process holder = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["-method", $"{typeof(RedlockTests).FullName}.{nameof(AsProcess_HoldsALock)}", "-explicit", "only"])
        {
            RedirectStandardOutput = true,
            Environment = { ["LOCK_SERVERS"] = string.Join(';', _servers.Select(server => server.Connection)), ["LOCK_TOLD"] = told },
        })!;
        ChildGuard.Watch(holder.Id);
        await Eventually.TrueAsync(() => Told().Length > 0, Patience, "a process that holds the lock");
        long first = long.Parse(Told()[0], CultureInfo.InvariantCulture);
        ProcessSignal.Send(holder.Id, ProcessSignal.Stop);

        await using RedisLock second = await Locks(_one).CreateLockAsync("shared", Long, wait: Patience);
        Assert.True(second.IsAcquired);
        Assert.True(second.FencingToken > first);
        ProcessSignal.Send(holder.Id, ProcessSignal.Continue);
        await Eventually.TrueAsync(() => Told().Length > 1, Patience, "the process goes on");
        Assert.Equal("False False", Told()[1]);
        Assert.True(await second.ExtendAsync());
        holder.Kill();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        ChildGuard.Forget(holder.Id);
        File.Delete(told);

        string[] Told() => File.ReadAllLines(told);
    }

    /// <summary>No test: what the process of the test above does.</summary>
    [Fact(Explicit = true)]
    public async Task AsProcess_HoldsALock()
    {
        string told = Environment.GetEnvironmentVariable("LOCK_TOLD") ?? "";
        Assert.SkipWhen(told.Length == 0, "Only as a process of the lock test.");
        await using RedisConnections connections = await ConnectAsync(Environment.GetEnvironmentVariable("LOCK_SERVERS")!.Split(';'));
        await using RedisLock held = await Locks(connections).CreateLockAsync("shared", TimeSpan.FromSeconds(3), wait: Patience);
        await File.AppendAllTextAsync(told, $"{held.FencingToken}\n", CancellationToken.None);
        await Eventually.TrueAsync(() => !held.IsAcquired, Patience);
        await File.AppendAllTextAsync(told, $"{held.IsAcquired} {await held.ExtendAsync()}\n", CancellationToken.None);
    }

    private static RedisLocks Locks(RedisConnections connections) => new(connections, TimeProvider.System);

    /// <summary>Patient, for the links notice one after the other that a Redis is back.</summary>
    private static async Task<RedisLock> TakeAsync(RedisConnections connections, string resource)
    {
        RedisLock held = await Locks(connections).CreateLockAsync(resource, Long, wait: Patience);
        Assert.True(held.IsAcquired);
        return held;
    }

    private static async Task<RedisConnections> ConnectAsync(IEnumerable<string> locks)
    {
        string[] servers = [.. locks];
        var connections = new RedisConnections(
            new RedisOptions { Connection = servers[0], Locks = servers, Deadline = TimeSpan.FromMilliseconds(200) }, TimeProvider.System, new LogRecorder());
        _ = Locks(connections);
        await connections.StartAsync();
        return connections;
    }
}
