using System.Buffers;
using System.IO.Pipelines;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

/// <summary>Another thread may complete an end of the pipe at any moment; what its user has in hand must stay the user's.</summary>
public sealed class CompletionTests
{
    [Fact]
    public async Task InputCompleted_WhileBytesAreInHand_TheyStayUnchanged()
    {
        using var pool = new CountingPool();
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near, null, new PipeOptions(pool, pauseWriterThreshold: 1 << 20));
        byte[] sent = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];
        await pair.Far.SendAsync(sent).InTime();
        await Eventually.TrueAsync(() => connection.BytesRead == sent.Length, expected: "received");
        ReadResult read = await connection.Input.ReadAsync().InTime();

        connection.Input.Complete();
        connection.Output.Complete();
        connection.Dispose();
        await Eventually.TrueAsync(() => connection.GetCounters().BytesAvailableOnSocket < 0, expected: "closed");

        Assert.True(pool.Rented > 0, "blocks in hand are not given back");
        Assert.Equal(sent, read.Buffer.ToArray());
        connection.Input.AdvanceTo(read.Buffer.End);
        await Eventually.TrueAsync(() => pool.Rented == 0, expected: "blocks are given back after the advance");
    }

    [Fact]
    public async Task OutputCompleted_WhileABlockIsInHand_SendsWhatIsThenWritten()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        Memory<byte> block = connection.Output.GetMemory(100);

        connection.Output.Complete();
        block.Span[..100].Fill(1);
        connection.Output.Advance(100);

        Assert.Equal(100, await pair.Far.DrainAsync());
    }

    [Fact]
    public async Task Ends_AfterTheirCompletion_RefuseUse()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);

        connection.Input.Complete();
        connection.Output.Complete();

        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Input.ReadAsync().InTime());
        Assert.Throws<InvalidOperationException>(() => connection.Input.TryRead(out _));
        Assert.Throws<InvalidOperationException>(() => connection.Output.GetMemory(1));
        await Assert.ThrowsAsync<IOException>(() => connection.Output.FlushAsync().InTime());
    }

    [Fact]
    public async Task InputCompleted_WhileAReadWaits_RefusesTheReadAfterIt()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection connection = SocketConnection.Create(pair.Near);
        Task<ReadResult> reading = connection.Input.ReadAsync().AsTask();

        connection.Input.CancelPendingRead();
        connection.Input.Complete();

        Assert.True((await reading.InTime()).IsCanceled);
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Input.ReadAsync().InTime());
    }

    /// <summary>Counts the blocks that are out.</summary>
    private sealed class CountingPool : MemoryPool<byte>
    {
        private int _rented;

        public int Rented => Volatile.Read(ref _rented);

        public override int MaxBufferSize => 4096;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _rented);
            return new Block(this);
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Block(CountingPool pool) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[4096];

            public void Dispose()
            {
                Memory.Span.Fill(0xEE); // as good as another connection's bytes
                Interlocked.Decrement(ref pool._rented);
            }
        }
    }
}
