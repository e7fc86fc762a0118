using System.IO.Pipelines;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

/// <summary>The client prints these in the message of every timeout; wrong ones send people after the wrong cause.</summary>
public sealed class CountersTests
{
    [Fact]
    public async Task WaitingToBeRead_AsBytesAreConsumed_Falls()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        await pair.Far.SendAsync(new byte[20_000]).InTime();
        await Eventually.TrueAsync(() => connection.GetCounters().BytesWaitingToBeRead == 20_000, expected: "all is waiting");

        ReadResult read = await connection.Input.ReadAtLeastAsync(20_000).InTime();
        connection.Input.AdvanceTo(read.Buffer.GetPosition(12_345), read.Buffer.End);
        Assert.Equal(7_655, connection.GetCounters().BytesWaitingToBeRead);

        await pair.Far.SendAsync(new byte[10]).InTime();
        read = await connection.Input.ReadAtLeastAsync(7_665).InTime();
        connection.Input.AdvanceTo(read.Buffer.End);
        Assert.Equal(0, connection.GetCounters().BytesWaitingToBeRead);
    }

    [Fact]
    public async Task WaitingToBeSent_AsBytesAreSent_Falls()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);

        connection.Output.GetSpan(100).Clear();
        connection.Output.Advance(100);
        Assert.Equal(100, connection.GetCounters().BytesWaitingToBeSent);

        await connection.Output.FlushAsync().InTime();
        await Eventually.TrueAsync(() => connection.GetCounters().BytesWaitingToBeSent == 0, expected: "sent");
        Assert.Equal(100, connection.BytesSent);
    }

    [Fact]
    public void RecommendedOptions_OfATcpSocket_SendSmallRequestsAtOnce()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);

        SocketConnection.SetRecommendedClientOptions(socket);

        Assert.True(socket.NoDelay);
    }
}
