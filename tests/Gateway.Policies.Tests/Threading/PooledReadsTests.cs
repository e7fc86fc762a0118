using System.IO.Pipelines;
using Gateway.Policies.Threading;
using Xunit;

namespace Gateway.Policies.Tests.Threading;

public sealed class PooledReadsTests
{
    // Whoever reads goes on where the bytes are written: on a thread of the test's own, as on one that hears of sockets.
    private readonly Pipe _pipe = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    [Fact]
    public async Task Read_ThatEndsOnAnotherThread_GoesOnOnThePool()
    {
        await using var stream = new PooledReads(_pipe.Reader.AsStream());
        byte[] buffer = new byte[16];
        Task<(int Bytes, bool OnPool)> reading = ReadAsync(stream, buffer);

        WriteOnAThread(1, 2, 3);

        Assert.Equal((3, true), await reading);
        Assert.Equal([1, 2, 3], buffer[..3]);
    }

    [Fact]
    public async Task Read_OfTheStreamItself_GoesOnOnThatThread()
    {
        await using Stream stream = _pipe.Reader.AsStream();
        Task<(int Bytes, bool OnPool)> reading = ReadAsync(stream, new byte[16]);

        WriteOnAThread(1, 2, 3);

        Assert.Equal((3, false), await reading);
    }

    [Fact]
    public async Task Read_ThatFails_SaysWhy()
    {
        await using var stream = new PooledReads(_pipe.Reader.AsStream());
        Task<(int Bytes, bool OnPool)> reading = ReadAsync(stream, new byte[16]);

        await _pipe.Writer.CompleteAsync(new IOException("reset"));

        Assert.Equal("reset", (await Assert.ThrowsAsync<IOException>(() => reading)).Message);
    }

    [Fact]
    public async Task Write_ReachesTheStreamWithin()
    {
        using var target = new MemoryStream();
        await using var stream = new PooledReads(target);

        await stream.WriteAsync(new byte[] { 1, 2 });
        await stream.WriteAsync(new byte[] { 3 }, CancellationToken.None);
        stream.Write([4]);
        await stream.FlushAsync();

        Assert.Equal([1, 2, 3, 4], target.ToArray());
    }

    [Fact]
    public async Task Dispose_ClosesTheStreamWithin()
    {
        var target = new MemoryStream();

        await new PooledReads(target).DisposeAsync();

        Assert.False(target.CanRead);
    }

    private static async Task<(int Bytes, bool OnPool)> ReadAsync(Stream stream, byte[] buffer)
    {
        // Not on the thread that the test runner would choose.
        int bytes = await stream.ReadAsync(buffer.AsMemory()).ConfigureAwait(false);
        return (bytes, Thread.CurrentThread.IsThreadPoolThread);
    }

    private void WriteOnAThread(params byte[] bytes)
    {
        var thread = new Thread(() => _ = _pipe.Writer.WriteAsync(bytes).AsTask());
        thread.Start();
        thread.Join();
    }
}
