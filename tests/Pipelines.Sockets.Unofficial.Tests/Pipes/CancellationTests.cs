using System.IO.Pipelines;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

public sealed class CancellationTests
{
    [Fact]
    public async Task CancelPendingRead_WhileAReadWaits_GivesItBackAndReadingGoesOn()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        ValueTask<ReadResult> reading = connection.Input.ReadAsync();

        connection.Input.CancelPendingRead();

        ReadResult read = await reading.InTime();
        Assert.True(read.IsCanceled);
        connection.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        await AssertReadsAsync(connection, pair);
    }

    [Fact]
    public async Task Token_CancelledWhileAReadWaits_ThrowsAndReadingGoesOn()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        using var cancelling = new CancellationTokenSource();
        Task<ReadResult> reading = connection.Input.ReadAsync(cancelling.Token).AsTask();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.InTime());
        await AssertReadsAsync(connection, pair);
    }

    [Fact]
    public async Task SecondRead_WhileOneWaits_ThrowsAndSendingGoesOn()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        _ = connection.Input.ReadAsync().AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Input.ReadAsync().InTime());

        Assert.False((await connection.Output.WriteAsync(new byte[1]).InTime()).IsCompleted);
    }

    [Fact]
    public async Task Token_CancelledWhileAFlushIsRefused_Throws()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        pair.Far.Dispose();
        await connection.Input.DrainAsync();
        using var cancelling = new CancellationTokenSource();
        Task<FlushResult> flush = connection.Output.WriteAsync(new byte[1], cancelling.Token).AsTask();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush.InTime());
    }

    [Fact]
    public async Task TryRead_NothingThere_IsFalseUntilThereIs()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        Assert.False(connection.Input.TryRead(out _));

        await pair.Far.SendAsync(new byte[3]).InTime();
        await Eventually.TrueAsync(() => connection.BytesRead == 3, expected: "received");

        ReadResult read = default;
        await Eventually.TrueAsync(() => connection.Input.TryRead(out read), expected: "read");
        Assert.Equal(3, read.Buffer.Length);
    }

    private static async Task AssertReadsAsync(SocketConnection connection, SocketPair pair)
    {
        await pair.Far.SendAsync(new byte[3]).InTime();
        ReadResult read = await connection.Input.ReadAsync().InTime();
        Assert.Equal((3, false), (read.Buffer.Length, read.IsCanceled));
        connection.Input.AdvanceTo(read.Buffer.End);
    }
}
