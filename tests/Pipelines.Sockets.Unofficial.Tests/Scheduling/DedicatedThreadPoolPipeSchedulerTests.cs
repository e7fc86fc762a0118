using System.Collections.Concurrent;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Scheduling;

public sealed class DedicatedThreadPoolPipeSchedulerTests
{
    private const string Name = "stand-in worker";

    [Fact]
    public async Task Schedule_WorkersFree_RunsOnAWorker()
    {
        using DedicatedThreadPoolPipeScheduler scheduler = await AtRestAsync(workers: 2);
        var thread = new TaskCompletionSource<Thread>();

        scheduler.Schedule(static state => ((TaskCompletionSource<Thread>)state!).SetResult(Thread.CurrentThread), thread);

        Assert.Equal(Name, (await thread.Task.InTime()).Name);
        Assert.Equal((1, 0), (scheduler.TotalServicedByQueue, scheduler.TotalServicedByPool));
    }

    [Fact]
    public async Task Schedule_EveryWorkerBlocked_RunsOnTheThreadPool()
    {
        using DedicatedThreadPoolPipeScheduler scheduler = await AtRestAsync(workers: 3);
        // Neither is disposed: a worker may still be on its way out of Wait when the test ends.
        var gate = new ManualResetEventSlim();
        var blocked = new CountdownEvent(3);
        for (int i = 0; i < 3; i++)
        {
            scheduler.Schedule(
                _ =>
                {
                    blocked.Signal();
                    gate.Wait();
                },
                null);
        }

        Assert.True(blocked.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, scheduler.AvailableCount);
        var ran = new TaskCompletionSource<bool>();
        scheduler.Schedule(_ => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread), null);

        Assert.True(await ran.Task.InTime());
        gate.Set();
    }

    /// <summary>A wake-up that is lost leaves an action in the queue; one at a time, nothing else comes to fetch it.</summary>
    [Fact]
    public async Task Schedule_OneAtATime_WakesAWorkerEveryTime()
    {
        using DedicatedThreadPoolPipeScheduler scheduler = await AtRestAsync(workers: 3);
        for (int i = 0; i < 20_000; i++)
        {
            var ran = new TaskCompletionSource();
            scheduler.Schedule(static state => ((TaskCompletionSource)state!).SetResult(), ran);
            await ran.Task.InTime();
        }

        Assert.Equal(20_000, scheduler.TotalServicedByQueue + scheduler.TotalServicedByPool);
    }

    [Fact]
    public async Task Schedule_ManyProducersAcrossDispose_RunsEveryActionOnce()
    {
        DedicatedThreadPoolPipeScheduler scheduler = await AtRestAsync(workers: 3);
        int[] runs = new int[8 * 10_000];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(producer => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                int action = (producer * 10_000) + i;
                scheduler.Schedule(_ => Interlocked.Increment(ref runs[action]), null);
                if (action == 5_000)
                {
                    scheduler.Dispose();
                }
            }
        }))).InTime();

        await Eventually.TrueAsync(
            () => scheduler.TotalServicedByPool + scheduler.TotalServicedByQueue == runs.Length && runs.All(count => count == 1),
            expected: "every action ran once");
    }

    [Fact]
    public async Task Dispose_AfterWork_EndsEveryThread()
    {
        DedicatedThreadPoolPipeScheduler scheduler = await AtRestAsync(workers: 4);
        var threads = new ConcurrentDictionary<Thread, bool>();
        var all = new Barrier(4); // not disposed: the last one may still be on its way out of it when the test ends
        for (int i = 0; i < 4; i++)
        {
            scheduler.Schedule(
                _ =>
                {
                    threads[Thread.CurrentThread] = true;
                    all.SignalAndWait(TimeSpan.FromSeconds(20));
                },
                null);
        }

        await Eventually.TrueAsync(() => threads.Count == 4, expected: "each action has a thread");
        scheduler.Dispose();

        Thread[] workers = [.. threads.Keys.Where(thread => thread.Name == Name)];
        Assert.NotEmpty(workers);
        await Eventually.TrueAsync(() => workers.All(thread => !thread.IsAlive), expected: "the workers have ended");
        Assert.Equal(0, scheduler.AvailableCount);
    }

    [Fact]
    public async Task Schedule_AfterDispose_RunsOnTheThreadPool()
    {
        DedicatedThreadPoolPipeScheduler scheduler = await AtRestAsync(workers: 1);
        scheduler.Dispose();
        await Eventually.TrueAsync(() => scheduler.AvailableCount == 0, expected: "the worker has left");
        var ran = new TaskCompletionSource<bool>();

        scheduler.Schedule(_ => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread), null);

        Assert.True(await ran.Task.InTime());
    }

    [Fact]
    public void Constructor_NoWorkers_Throws()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new DedicatedThreadPoolPipeScheduler(Name, workerCount: 0));

    private static async Task<DedicatedThreadPoolPipeScheduler> AtRestAsync(int workers)
    {
        var scheduler = new DedicatedThreadPoolPipeScheduler(Name, workers);
        await Eventually.TrueAsync(() => scheduler.AvailableCount == workers, expected: "every worker waits for work");
        return scheduler;
    }
}
