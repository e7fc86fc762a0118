using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

public sealed class ConnectionLossTests
{
    [Fact]
    public async Task PeerCloses_InOrder_InputEndsWithoutAFailure()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);

        await pair.Far.SendAsync(new byte[10]).InTime();
        pair.Far.Dispose();

        Assert.Equal(10, await connection.Input.DrainAsync());
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, connection.ShutdownKind);
        Assert.Equal(SocketError.Success, connection.SocketError);
        Assert.False(connection.TrySetProtocolShutdown(PipeShutdownKind.ProtocolExitClient));
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, connection.ShutdownKind);
    }

    [Fact]
    public async Task PeerResets_AfterSending_InputGivesTheBytesAndThenTheFailure()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = await ResetAfterAsync(pair, bytes: 10);

        ReadResult read = await connection.Input.ReadAsync().InTime();
        Assert.Equal(10, read.Buffer.Length);
        Assert.False(read.IsCompleted);
        connection.Input.AdvanceTo(read.Buffer.End);

        for (int attempt = 0; attempt < 2; attempt++)
        {
            var thrown = await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());
            Assert.IsType<SocketException>(thrown.InnerException!.InnerException);
        }

        Assert.Throws<ConnectionResetException>(() => connection.Input.TryRead(out _));
        Assert.Equal(SocketError.ConnectionReset, connection.SocketError);
    }

    [Fact]
    public async Task PeerResets_HalfAFrameLeft_FailsOnceTheRestWasLookedAt()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = await ResetAfterAsync(pair, bytes: 10);

        ReadResult read = await connection.Input.ReadAsync().InTime();
        connection.Input.AdvanceTo(read.Buffer.GetPosition(4)); // the rest not looked at
        read = await connection.Input.ReadAsync().InTime();
        Assert.Equal(6, read.Buffer.Length);
        connection.Input.AdvanceTo(read.Buffer.GetPosition(2), read.Buffer.End); // looked at, and not a whole frame

        await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());
    }

    [Fact]
    public async Task PeerResets_WhileAFlushIsHeldBack_ReaderHearsAndFlushIsLetGo()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near, new PipeOptions(pauseWriterThreshold: 50_000, resumeWriterThreshold: 10_000));
        Task flush;
        do
        {
            flush = connection.Output.WriteAsync(new byte[50_000]).AsTask();
        }
        while (await flush.IsOverSoonAsync());

        pair.ResetFar();

        await flush.InTime();

        // On some systems the reset shows to the sending only, and the receiving sees the end of the stream.
        Exception? thrown = await Record.ExceptionAsync(connection.Input.DrainAsync);
        Assert.True(thrown is null or ConnectionResetException, $"{thrown}");
        connection.Output.Complete();
        await Assert.ThrowsAsync<IOException>(() => connection.Output.FlushAsync().InTime());
    }

    [Fact]
    public async Task SendFails_WhileNothingArrives_InputEndsWithThatFailure()
    {
        var failure = new IOException("the wire is cut");
        using var stream = new ScriptedStream { OnWrite = _ => throw failure };
        using var connection = (SocketConnection)StreamConnection.GetDuplex(stream);

        await connection.Output.WriteAsync(new byte[1]).InTime();

        var thrown = await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());
        Assert.Same(failure, thrown.InnerException);
        Assert.Equal("the wire is cut", thrown.Message);
        Assert.Equal(PipeShutdownKind.WriteIOException, connection.ShutdownKind);
        Assert.True((await connection.Output.WriteAsync(new byte[1]).AsTask().IsOverSoonAsync()) is false, "a flush waits for the completion");
    }

    [Theory]
    [InlineData(typeof(IOException), PipeShutdownKind.ReadIOException)]
    [InlineData(typeof(InvalidDataException), PipeShutdownKind.ReadException)]
    [InlineData(typeof(SocketException), PipeShutdownKind.ReadSocketError)]
    [InlineData(typeof(ObjectDisposedException), PipeShutdownKind.ReadDisposed)]
    public async Task ReceiveFails_Somehow_KindSaysHow(Type failure, PipeShutdownKind kind)
    {
        Exception exception = failure == typeof(ObjectDisposedException)
            ? new ObjectDisposedException("stream")
            : (Exception)Activator.CreateInstance(failure)!;
        using var stream = new ScriptedStream { OnRead = (_, _) => ValueTask.FromException<int>(exception) };
        using var connection = (SocketConnection)StreamConnection.GetDuplex(stream);

        var thrown = await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());

        Assert.Same(exception, thrown.InnerException);
        Assert.Equal(kind, connection.ShutdownKind);
    }

    [Fact]
    public async Task ProtocolShutdown_BeforeTheLoss_StaysTheReason()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        Assert.False(connection.TrySetProtocolShutdown(PipeShutdownKind.ReadException)); // not one of the protocol's
        Assert.True(connection.TrySetProtocolShutdown(PipeShutdownKind.ProtocolExitServer));

        pair.Far.Dispose();
        await connection.Input.DrainAsync();

        Assert.Equal(PipeShutdownKind.ProtocolExitServer, connection.ShutdownKind);
    }

    // Returns once the receiving is over, so that the failure is there before the first read.
    private static async Task<SocketConnection> ResetAfterAsync(SocketPair pair, int bytes)
    {
        SocketConnection connection = SocketConnection.Create(pair.Near);
        await pair.Far.SendAsync(new byte[bytes]).InTime();
        await Eventually.TrueAsync(() => connection.BytesRead == bytes, expected: "received");
        pair.ResetFar();
        await Eventually.TrueAsync(() => connection.ShutdownKind == PipeShutdownKind.ReadSocketError, expected: "the reset is noticed");
        return connection;
    }
}
