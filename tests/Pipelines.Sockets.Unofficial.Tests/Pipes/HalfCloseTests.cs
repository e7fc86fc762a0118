using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

public sealed class HalfCloseTests
{
    [Fact]
    public async Task OutputCompleted_OverASocket_PeerGetsAllAndMayStillSend()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);

        await connection.Output.WriteAsync(new byte[1_000_000]).InTime();
        connection.Output.Complete();
        Assert.Equal(1_000_000, await pair.Far.DrainAsync());

        await pair.Far.SendAsync(new byte[100_000]).InTime();
        pair.Far.Shutdown(SocketShutdown.Send);
        Assert.Equal(100_000, await connection.Input.DrainAsync());
        Assert.Equal((1_000_000, 100_000, 0), (connection.BytesSent, connection.BytesRead, connection.LastReceived));
        Assert.Equal(PipeShutdownKind.OutputWriterCompleted, connection.ShutdownKind);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task OutputCompleted_OverTls_PeerGetsAllAndMayStillSend(SslProtocols protocols)
    {
        using var certificate = new TestCertificate();
        using SocketPair pair = await SocketPair.ConnectAsync();
        (SslStream near, SslStream far) = await certificate.AuthenticateAsync(
            new NetworkStream(pair.Near, ownsSocket: true), new NetworkStream(pair.Far, ownsSocket: true), protocols);
        IDuplexPipe connection = StreamConnection.GetDuplex(near);
        using var disposing = (IDisposable)connection;

        await connection.Output.WriteAsync(new byte[100_000]).InTime();
        connection.Output.Complete();
        Assert.Equal(100_000, await far.DrainAsync());

        await far.WriteAsync(new byte[50_000]).AsTask().InTime();
        await far.DisposeAsync();
        Assert.Equal(50_000, await connection.Input.DrainAsync());
    }

    [Fact]
    public async Task PeerEndsItsSending_BeforeTheEndIsRead_OutputStillReachesIt()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        pair.Far.Shutdown(SocketShutdown.Send);
        await Eventually.TrueAsync(() => connection.ShutdownKind == PipeShutdownKind.ReadEndOfStream, expected: "the end has arrived");

        await connection.Output.WriteAsync(new byte[1_000]).InTime();
        connection.Output.Complete();

        Assert.Equal(1_000, await pair.Far.DrainAsync());
    }

    /// <summary>The client's requests must not slip into a queue that nobody answers any more, nor fail before it says why.</summary>
    [Fact]
    public async Task Flush_AfterTheInputIsOver_WaitsForTheCompletionAndFails()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        pair.Far.Shutdown(SocketShutdown.Send);
        await connection.Input.DrainAsync();

        Task flush = connection.Output.WriteAsync(new byte[10]).AsTask();
        connection.Output.CancelPendingFlush();
        Assert.False(await flush.IsOverSoonAsync());
        connection.Output.Complete();

        await Assert.ThrowsAsync<IOException>(() => flush.InTime());
    }

    [Fact]
    public async Task OutputCompleted_WithAnException_AbandonsTheRestAndTellsTheInput()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        var reason = new InvalidDataException("the request cannot be finished");

        connection.Output.Complete(reason);

        var thrown = await Assert.ThrowsAsync<ConnectionResetException>(() => connection.Input.ReadAsync().InTime());
        Assert.Same(reason, thrown.InnerException);
        Assert.Equal(0, await pair.Far.DrainAsync());
    }
}
