using System.Net.Sockets;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Scheduling;

public sealed class SocketAwaitableEventArgsTests
{
    /// <summary>Whether an operation is over at once or later, its bytes are its own: every other byte is there before it is asked for.</summary>
    [Fact]
    public async Task Await_OneOperationAfterAnother_GivesEachItsBytes()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using var args = new SocketAwaitableEventArgs();
        byte[] received = new byte[1];
        for (int i = 0; i < 5_000; i++)
        {
            byte[] sent = [(byte)i];
            args.SetBuffer(received, 0, 1);
            if (i % 2 == 0)
            {
                await pair.Far.SendAsync(sent).InTime();
            }

            if (!pair.Near.ReceiveAsync(args))
            {
                args.Complete();
            }

            if (i % 2 != 0)
            {
                await pair.Far.SendAsync(sent).InTime();
            }

            Assert.Equal(1, await ResultOf(args).InTime());
            Assert.Equal((byte)i, received[0]);
        }
    }

    [Fact]
    public async Task Await_OperationFails_ThrowsItsError()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketAwaitableEventArgs args = Receiving(pair.Near);

        pair.ResetFar();

        SocketException thrown = await Assert.ThrowsAsync<SocketException>(() => ResultOf(args).InTime());
        Assert.Equal(SocketError.ConnectionReset, thrown.SocketErrorCode);
    }

    [Fact]
    public async Task Abort_WhilePending_EndsTheWaitForGood()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketAwaitableEventArgs args = Receiving(pair.Near);
        Task<int> waiting = ResultOf(args);

        args.Abort(SocketError.TimedOut);

        SocketException thrown = await Assert.ThrowsAsync<SocketException>(() => waiting.InTime());
        Assert.Equal(SocketError.TimedOut, thrown.SocketErrorCode);

        // The operation itself ends later; nobody is to take that for the end of something else.
        pair.Near.Dispose();
        await Eventually.TrueAsync(() => args.SocketError != SocketError.Success, expected: "the operation has ended");
        thrown = await Assert.ThrowsAsync<SocketException>(() => ResultOf(args).InTime());
        Assert.Equal(SocketError.TimedOut, thrown.SocketErrorCode);
    }

    [Fact]
    public async Task Abort_AfterTheOperation_ChangesNothing()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketAwaitableEventArgs args = Receiving(pair.Near);
        await pair.Far.SendAsync(new byte[] { 1 }).InTime();
        await Eventually.TrueAsync(() => args.IsCompleted, expected: "received");

        args.Abort(SocketError.TimedOut);

        Assert.Equal(1, await ResultOf(args).InTime());
    }

    [Fact]
    public async Task Abort_BeforeAnyWait_EndsTheOneToCome()
    {
        using var args = new SocketAwaitableEventArgs();

        args.Abort();

        Assert.True(args.IsCompleted);
        SocketException thrown = await Assert.ThrowsAsync<SocketException>(() => ResultOf(args).InTime());
        Assert.Equal(SocketError.OperationAborted, thrown.SocketErrorCode);
    }

    [Fact]
    public async Task Complete_Twice_ContinuesOnce()
    {
        using var args = new SocketAwaitableEventArgs();
        int continued = 0;
        args.OnCompleted(() => continued++);

        args.Complete();
        args.Complete();

        Assert.Equal(1, continued);
        Assert.Equal(0, await ResultOf(args).InTime());
        Assert.False(args.IsCompleted);
    }

    [Fact]
    public async Task OnCompleted_AfterTheEnd_StillContinues()
    {
        using var args = new SocketAwaitableEventArgs();
        args.Complete();
        var continued = new TaskCompletionSource();

        args.UnsafeOnCompleted(continued.SetResult);

        await continued.Task.InTime();
    }

    [Fact]
    public async Task Complete_WithAScheduler_ContinuesThere()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("continues here", workerCount: 1);
        await Eventually.TrueAsync(() => scheduler.AvailableCount == 1, expected: "the worker waits");
        using var args = new SocketAwaitableEventArgs(scheduler);
        var thread = new TaskCompletionSource<string?>();
        args.OnCompleted(() => thread.SetResult(Thread.CurrentThread.Name));

        args.Complete();

        Assert.Equal("continues here", await thread.Task.InTime());
    }

    private static SocketAwaitableEventArgs Receiving(Socket socket)
    {
        var args = new SocketAwaitableEventArgs();
        args.SetBuffer(new byte[1], 0, 1);
        Assert.True(socket.ReceiveAsync(args));
        return args;
    }

    private static async Task<int> ResultOf(SocketAwaitableEventArgs args) => await args;
}
