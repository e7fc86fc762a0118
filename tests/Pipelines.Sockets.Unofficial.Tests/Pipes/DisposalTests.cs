using System.IO.Pipelines;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

public sealed class DisposalTests
{
    [Fact]
    public async Task Dispose_WhileAReadWaits_FailsItAndClosesTheSocket()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        SocketConnection connection = SocketConnection.Create(pair.Near, name: "to the shop");
        Task<ReadResult> reading = connection.Input.ReadAsync().AsTask();

        connection.Dispose();
        connection.Dispose();

        var thrown = await Assert.ThrowsAsync<ConnectionResetException>(() => reading.InTime());
        Assert.Contains("to the shop", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(PipeShutdownKind.PipeDisposed, connection.ShutdownKind);
        Assert.Equal(0, await pair.Far.DrainAsync());
        Assert.Equal(-1, connection.GetCounters().BytesAvailableOnSocket);
        var refused = await Assert.ThrowsAsync<IOException>(() => connection.Output.WriteAsync(new byte[1]).InTime());
        Assert.Contains("to the shop", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_BeforeTheLoopsHaveStarted_EndsThemWhenTheyDo()
    {
        var later = new LaterScheduler();
        var options = new PipeOptions(readerScheduler: later, writerScheduler: later);
        using SocketPair pair = await SocketPair.ConnectAsync();
        SocketConnection connection = SocketConnection.Create(pair.Near, options, options);
        Task<ReadResult> reading = connection.Input.ReadAsync().AsTask();

        connection.Dispose();

        await Eventually.TrueAsync(
            () =>
            {
                later.RunAll();
                return reading.IsCompleted;
            },
            expected: "the read is over");
        await Assert.ThrowsAsync<ConnectionResetException>(() => reading);
    }

    [Fact]
    public async Task Dispose_OverAStream_DisposesOfItToo()
    {
        var stream = new ScriptedStream();
        var connection = (SocketConnection)StreamConnection.GetDuplex(stream);

        connection.Dispose();

        Assert.True(stream.IsDisposed);
        await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());
    }

    [Fact]
    public async Task GetReader_Completed_LeavesTheStreamToItsOwner()
    {
        var stream = new MemoryStream(new byte[1_000]);
        PipeReader reader = StreamConnection.GetReader(stream);

        Assert.Equal(1_000, await reader.DrainAsync());
        await reader.CompleteAsync();

        Assert.True(stream.CanRead);
    }

    /// <summary>Holds what is scheduled until it is told to run it.</summary>
    private sealed class LaterScheduler : PipeScheduler
    {
        private readonly Queue<(Action<object?> Action, object? State)> _queue = new();

        public override void Schedule(Action<object?> action, object? state)
        {
            lock (_queue)
            {
                _queue.Enqueue((action, state));
            }
        }

        public void RunAll()
        {
            while (true)
            {
                (Action<object?> Action, object? State) item;
                lock (_queue)
                {
                    if (!_queue.TryDequeue(out item))
                    {
                        return;
                    }
                }

                item.Action(item.State);
            }
        }
    }
}
