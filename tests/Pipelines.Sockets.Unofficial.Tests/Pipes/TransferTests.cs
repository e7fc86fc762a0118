using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

/// <summary>Many bytes in random pieces to an echo and back, with little room on the way so that every hand-over is held up at times.</summary>
public sealed class TransferTests
{
    private const int Size = 24 << 20;

    [Theory]
    [InlineData("socket", "thread pool")]
    [InlineData("socket", "inline")]
    [InlineData("socket", "dedicated")]
    [InlineData("stream", "dedicated")]
    public async Task Bytes_ThereAndBack_ArriveWholeAndInOrder(string over, string scheduler)
    {
        using var dedicated = new DedicatedThreadPoolPipeScheduler("transfer", workerCount: 3);
        PipeOptions options = Narrow(scheduler switch
        {
            "inline" => PipeScheduler.Inline,
            "dedicated" => dedicated,
            _ => PipeScheduler.ThreadPool,
        });
        using SocketPair pair = await SocketPair.ConnectAsync();
        using SocketConnection server = SocketConnection.Create(pair.Far, options, options);
        IDuplexPipe client = over == "socket"
            ? SocketConnection.Create(pair.Near, options, options)
            : StreamConnection.GetDuplex(new NetworkStream(pair.Near, ownsSocket: true), options, options);
        using var disposing = (IDisposable)client;

        await Task.WhenAll(EchoAsync(server), SendAsync(client.Output), CheckAsync(client.Input));

        var measured = (IMeasuredDuplexPipe)client;
        Assert.Equal((Size, Size), (measured.TotalBytesSent, measured.TotalBytesReceived));
    }

    private static PipeOptions Narrow(PipeScheduler scheduler)
        => new(null, scheduler, scheduler, pauseWriterThreshold: 100_000, resumeWriterThreshold: 50_000, useSynchronizationContext: false);

    private static async Task EchoAsync(SocketConnection server)
    {
        ReadResult read;
        do
        {
            read = await server.Input.ReadAsync().InTime();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                await server.Output.WriteAsync(segment).InTime();
            }

            server.Input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
        server.Output.Complete();
    }

    private static async Task SendAsync(PipeWriter writer)
    {
        var random = new Random(2);
        var bytes = new ByteStream();
        while (bytes.Position < Size)
        {
            int piece = (int)Math.Min(random.Next(10) == 0 ? random.Next(300_000) : random.Next(5_000), Size - bytes.Position);
            while (piece > 0)
            {
                Memory<byte> memory = writer.GetMemory(1);
                int length = Math.Min(memory.Length, piece);
                bytes.Fill(memory.Span[..length]);
                writer.Advance(length);
                piece -= length;
            }

            Assert.False((await writer.FlushAsync().InTime()).IsCompleted);
        }

        writer.Complete();
    }

    private static async Task CheckAsync(PipeReader reader)
    {
        var random = new Random(3);
        var bytes = new ByteStream();
        while (true)
        {
            ReadResult read = await reader.ReadAsync().InTime();
            long taken = random.Next(3) == 0 ? random.NextInt64(read.Buffer.Length + 1) : read.Buffer.Length;
            bytes.Check(read.Buffer.Slice(0, taken));
            SequencePosition consumed = read.Buffer.GetPosition(taken);
            reader.AdvanceTo(consumed);
            if (read.IsCompleted && taken == read.Buffer.Length)
            {
                Assert.Equal(Size, bytes.Position);
                return;
            }
        }
    }
}
