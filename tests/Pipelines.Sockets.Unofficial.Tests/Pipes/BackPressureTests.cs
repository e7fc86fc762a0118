using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

public sealed class BackPressureTests
{
    private const int Pause = 100_000, Piece = 50_000;
    private static readonly PipeOptions s_narrow = new(pauseWriterThreshold: Pause, resumeWriterThreshold: Pause / 2);

    [Fact]
    public async Task Send_PeerDoesNotRead_HoldsTheWriterBackUntilItDoes()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near, s_narrow);

        (long written, Task flush) = await WriteUntilHeldAsync(connection);
        Assert.InRange(connection.GetCounters().BytesWaitingToBeSent, 1, Pause + (2 * Piece));

        connection.Output.Complete();
        Assert.Equal(written, await pair.Far.DrainAsync());
        await flush.InTime();
        Assert.Equal(written, connection.BytesSent);
    }

    [Fact]
    public async Task Send_HeldBackAndDisposed_LetsTheWriterGoAndRefusesTheNext()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        SocketConnection connection = SocketConnection.Create(pair.Near, s_narrow);
        (_, Task flush) = await WriteUntilHeldAsync(connection);

        connection.Dispose();

        await flush.InTime();
        await Assert.ThrowsAsync<IOException>(() => connection.Output.WriteAsync(new byte[1]).InTime());
    }

    [Fact]
    public async Task Send_HeldBackAndCancelled_GivesTheWriterBack()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near, s_narrow);
        (_, Task<FlushResult> flush) = await WriteUntilHeldAsync(connection);

        connection.Output.CancelPendingFlush();

        Assert.True((await flush.InTime()).IsCanceled);
    }

    [Fact]
    public async Task Receive_UserDoesNotRead_StopsReceivingUntilItDoes()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near, null, s_narrow);

        (long sent, Task sending) = await SendUntilHeldAsync(pair.Far);
        Assert.InRange(connection.BytesRead, Pause, Pause + Piece);
        SocketConnection.Counters counters = connection.GetCounters();
        Assert.Equal(connection.BytesRead, counters.BytesWaitingToBeRead);
        Assert.True(counters.BytesAvailableOnSocket > 0);

        Task<long> draining = connection.Input.DrainAsync();
        await sending.InTime();
        pair.Far.Dispose();
        Assert.Equal(sent, await draining);
    }

    [Fact]
    public async Task Receive_HeldBackAndDisposed_GivesWhatArrivedAndThenFails()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        SocketConnection connection = SocketConnection.Create(pair.Near, null, s_narrow);
        await SendUntilHeldAsync(pair.Far);
        long arrived = connection.BytesRead;

        connection.Dispose();

        ReadResult read = await connection.Input.ReadAsync().InTime();
        Assert.Equal(arrived, read.Buffer.Length);
        connection.Input.AdvanceTo(read.Buffer.End);
        var thrown = await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());
        Assert.IsType<ObjectDisposedException>(thrown.InnerException);
    }

    private static async Task<(long Written, Task<FlushResult> Held)> WriteUntilHeldAsync(SocketConnection connection)
    {
        long written = 0;
        Task<FlushResult> flush;
        do
        {
            flush = connection.Output.WriteAsync(new byte[Piece]).AsTask();
            written += Piece;
        }
        while (await flush.IsOverSoonAsync());
        return (written, flush);
    }

    private static async Task<(long Sent, Task Held)> SendUntilHeldAsync(Socket socket)
    {
        long sent = 0;
        Task<int> sending;
        do
        {
            sending = socket.SendAsync(new byte[Piece]);
            sent += Piece;
        }
        while (await sending.IsOverSoonAsync());
        return (sent, sending);
    }
}
