using Gateway.Policies.ResponseCaching.Fetching;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fetching;

public sealed class SharedBodyTests
{
    private static readonly byte[] Bytes = Random.Shared.GetItems<byte>([1, 2, 3, 4, 5, 6, 7], 2_000_000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Readers_AtAnyPace_GetEveryByteInOrder(bool recorded)
    {
        for (int round = 0; round < 20; round++)
        {
            var body = new SharedBody();
            Task<byte[]>[] readers = [.. Enumerable.Range(0, 5).Select(_ => ReadAsync(body.Join()!))];
            await FillAsync(body, recorded, CancellationToken.None);

            foreach (byte[] got in await Task.WhenAll(readers))
            {
                Assert.True(Bytes.AsSpan().SequenceEqual(got));
            }
        }
    }

    [Fact]
    public async Task Reader_WhoJoinsLate_GetsTheBodyFromItsBeginning()
    {
        var body = new SharedBody();
        await FillAsync(body, recorded: true, CancellationToken.None);

        byte[] got = await ReadAsync(body.Join()!);
        Assert.True(Bytes.AsSpan().SequenceEqual(got));
        Assert.True(Bytes.AsSpan().SequenceEqual(body.Recorded().SelectMany(piece => piece.ToArray()).ToArray()));
    }

    [Fact]
    public async Task Streaming_WithASlowReader_HoldsNoMoreThanTheWindow()
    {
        var body = new SharedBody();
        using SharedBodyReader reader = body.Join()!;
        using var enough = new CancellationTokenSource();

        Task filling = FillAsync(body, recorded: false, enough.Token);
        await Testing.Eventually.TrueAsync(() => body.Length >= SharedBody.Window);
        await Task.Delay(50);

        Assert.InRange(body.Length, SharedBody.Window, SharedBody.Window + (128 * 1024));
        Assert.Null(body.Join());
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
    }

    [Theory]
    [InlineData(10, 90)]
    [InlineData(0, 100)]
    [InlineData(4096, 1)]
    [InlineData(5000, 40_000)]
    [InlineData(0, 65_536)]
    public async Task Withheld_IsRecordedAtOnce_AndReadWithTheEnd(int before, int withheld)
    {
        var body = new SharedBody();
        using SharedBodyReader reader = body.Join()!;
        await body.AppendAsync(Bytes.AsMemory(0, before), CancellationToken.None);
        body.Withhold(Bytes.AsSpan(before, withheld));
        byte[] got = new byte[before + withheld + 1];

        Assert.Equal(before + withheld, body.Length);
        Assert.Equal(Bytes[..(before + withheld)], body.Recorded().SelectMany(piece => piece.ToArray()));
        Assert.Equal(before, before == 0 ? 0 : await reader.ReadAsync(got, TimeSpan.Zero, TimeProvider.System));
        Task<BodyEnd> beginning = reader.BeginAsync(CancellationToken.None).AsTask();
        Assert.False(beginning.IsCompleted);

        IEnumerable<byte> recorded = body.Recorded().SelectMany(piece => piece.ToArray());
        body.End(complete: true);
        Assert.Equal(BodyEnd.None, await beginning);
        Assert.Equal(withheld, await reader.ReadAsync(got.AsMemory(before), TimeSpan.Zero, TimeProvider.System));
        Assert.Equal(Bytes[..(before + withheld)], got[..^1]);
        Assert.Equal(Bytes[..(before + withheld)], recorded);
        Assert.Equal(BodyEnd.Complete, await reader.BeginAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(10, 90)]
    [InlineData(5000, 40_000)]
    public async Task Withheld_AndMoreComesThanShould_IsReadBeforeThat(int before, int withheld)
    {
        var body = new SharedBody();
        Task<byte[]> reading = ReadAsync(body.Join()!);
        await body.AppendAsync(Bytes.AsMemory(0, before), CancellationToken.None);
        body.Withhold(Bytes.AsSpan(before, withheld));
        await body.AppendAsync(Bytes.AsMemory(before + withheld, 100_000), CancellationToken.None);
        body.End(complete: true);

        Assert.Equal(Bytes[..(before + withheld + 100_000)], await reading);
        Assert.Equal(Bytes[..(before + withheld + 100_000)], body.Recorded().SelectMany(piece => piece.ToArray()));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2_000)]
    [InlineData(30_000)]
    [InlineData(65_536)]
    public async Task Withheld_AllocatesNoMoreThanAppended(int length)
    {
        (long withheld, long appended) = (long.MaxValue, long.MaxValue);
        for (int round = 0; round < 10; round++)
        {
            withheld = Math.Min(withheld, await AllocatedByAsync(length, withheld: true));
            appended = Math.Min(appended, await AllocatedByAsync(length, withheld: false));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{length} bytes: withheld {withheld}, appended {appended}");
        Assert.InRange(withheld, 1, appended);
    }

    [Fact]
    public void LastReader_OfAStreamThatLeaves_AbandonsIt()
    {
        int abandoned = 0;
        var body = new SharedBody { Abandoned = () => abandoned++ };
        SharedBodyReader one = body.Join()!;
        SharedBodyReader two = body.Join()!;
        body.StreamOnly();

        one.Dispose();
        Assert.Equal(0, abandoned);
        two.Dispose();
        two.Dispose();

        Assert.Equal(1, abandoned);
    }

    [Fact]
    public void LastReader_OfARecordingThatLeaves_AbandonsNothing()
    {
        int abandoned = 0;
        var body = new SharedBody { Abandoned = () => abandoned++ };

        body.Join()!.Dispose();

        Assert.Equal(0, abandoned);
    }

    /// <summary>Bytes that one body costs its fetch, with a reader that waits.</summary>
    private static async Task<long> AllocatedByAsync(int length, bool withheld)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var body = new SharedBody();
        using SharedBodyReader reader = body.Join()!;
        Task<BodyEnd> waiting = reader.BeginAsync(CancellationToken.None).AsTask();
        if (withheld)
        {
            body.Withhold(Bytes.AsSpan(0, length));
        }
        else
        {
            // Recorded, so that it goes on at once, on this thread.
            await body.AppendAsync(Bytes.AsMemory(0, length), CancellationToken.None);
        }

        body.Recorded();
        body.End(complete: true);
        _ = waiting;
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task FillAsync(SharedBody body, bool recorded, CancellationToken cancellation)
    {
        await Task.Yield();
        if (!recorded)
        {
            body.StreamOnly();
        }

        for (int at = 0; at < Bytes.Length;)
        {
            int count = Math.Min(Random.Shared.Next(1, 100_000), Bytes.Length - at);
            await body.AppendAsync(Bytes.AsMemory(at, count), cancellation);
            at += count;
        }

        body.End(complete: true);
    }

    private static async Task<byte[]> ReadAsync(SharedBodyReader reader)
    {
        await Task.Yield();
        using (reader)
        {
            var target = new MemoryStream();
            Assert.Equal(BodyEnd.Complete, await reader.CopyToAsync(target, CancellationToken.None));
            return target.ToArray();
        }
    }
}
