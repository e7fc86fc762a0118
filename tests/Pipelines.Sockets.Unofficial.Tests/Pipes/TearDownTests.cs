using System.Collections.Concurrent;
using System.IO.Pipelines;
using Pipelines.Sockets.Unofficial.Tests.Support;

namespace Pipelines.Sockets.Unofficial.Tests.Pipes;

/// <summary>Connections torn down at random moments, in each of the ways that occur, while both directions are busy.</summary>
public sealed class TearDownTests
{
    private static readonly PipeOptions s_narrow = new(pauseWriterThreshold: 20_000, resumeWriterThreshold: 10_000);
    private readonly ConcurrentBag<Exception> _unexpected = [];

    [Fact]
    public async Task Connections_TornDownWhileBusy_EndEveryWaitAndCloseEverySocket()
    {
        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) => await OneAsync(new Random(seed)));

        Assert.Empty(_unexpected);
    }

    private async Task OneAsync(Random random)
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        SocketConnection near = SocketConnection.Create(pair.Near, s_narrow, s_narrow);
        SocketConnection far = SocketConnection.Create(pair.Far, s_narrow, s_narrow);
        int piece = random.Next(1, 10_000);
        Task[] waits = [WriteAsync(near.Output, piece), near.Input.DrainAsync(), WriteAsync(far.Output, piece), far.Input.DrainAsync()];

        await Task.Delay(random.Next(15));
        switch (random.Next(4))
        {
            case 0:
                near.Dispose();
                break;
            case 1:
                SocketPair.Reset(pair.Near);
                break;
            case 2: // as the client does it
                near.Input.CancelPendingRead();
                near.Input.Complete();
                near.Output.CancelPendingFlush();
                near.Output.Complete();
                near.Dispose();
                break;
            default:
                far.Dispose();
                near.Dispose();
                break;
        }

        await Task.Delay(random.Next(5));
        near.Dispose();
        far.Dispose();
        foreach (Task wait in waits)
        {
            await NoteAsync(wait);
        }

        Assert.True(pair.Near.SafeHandle.IsClosed && pair.Far.SafeHandle.IsClosed);
    }

    // Each wait must be over, well or in one of the ways that the ends of a pipe have to say that it is over.
    private async Task NoteAsync(Task wait)
    {
        try
        {
            await wait.InTime();
        }
        catch (Exception ex) when (ex is IOException or InvalidOperationException)
        {
        }
        catch (Exception ex)
        {
            _unexpected.Add(ex);
        }
    }

    private static async Task WriteAsync(PipeWriter writer, int piece)
    {
        while (!(await writer.WriteAsync(new byte[piece])).IsCompleted)
        {
        }
    }
}
