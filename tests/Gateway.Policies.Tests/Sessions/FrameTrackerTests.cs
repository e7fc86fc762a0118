using System.Buffers.Binary;
using Gateway.Policies.Sessions.Streams;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class FrameTrackerTests
{
    private const int Text = 0x81;
    private const int Close = 0x88;

    [Fact]
    public void Take_FramesOfAnyLengthCutAnywhere_KnowsEachEnd()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            byte[][] frames = [.. Enumerable.Range(0, 6).Select(_ => Frame(Text, LengthOf(random), random.Next(2) == 0))];
            byte[] bytes = [.. frames.SelectMany(frame => frame)];
            HashSet<int> ends = [0];
            for (int i = 0, end = 0; i < frames.Length; i++)
            {
                ends.Add(end += frames[i].Length);
            }

            var tracker = new FrameTracker();
            for (int at = 0; at < bytes.Length;)
            {
                int part = Math.Min(random.Next(1, 40_000), bytes.Length - at);
                Assert.Equal(part, tracker.Take(bytes.AsSpan(at, part)));
                at += part;
                Assert.Equal(ends.Contains(at), tracker.IsBetweenFrames);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(70_010)]
    public void Take_ToTheEndOfTheFrame_TakesNoByteOfTheNext(int already)
    {
        byte[] bytes = [.. Frame(Text, 70_000, masked: false), .. Frame(Text, 5, masked: false)];
        var tracker = new FrameTracker();
        int first = Math.Min(already, 70_009);
        Assert.Equal(first, tracker.Take(bytes.AsSpan(0, first)));
        Assert.Equal(70_010 - first, tracker.Take(bytes.AsSpan(first), stopBetween: true));
        Assert.True(tracker.IsBetweenFrames);
    }

    [Fact]
    public void Take_CloseFrame_IsKnown()
    {
        var tracker = new FrameTracker();
        tracker.Take(Frame(Text, 300, masked: false));
        Assert.False(tracker.HasClosed);
        tracker.Take(Frame(Close, 2, masked: false));
        Assert.True(tracker.HasClosed);
    }

    [Fact]
    public async Task Socket_ClosedWithinAFrame_ClosesAfterItAndPassesNothingMore()
    {
        using var client = new MemoryStream();
        await using var socket = new ClosableSocket(client);
        byte[] frame = Frame(Text, 200, masked: false);
        await socket.WriteAsync(frame.AsMemory(0, 50));
        await socket.CloseAsync(CancellationToken.None);
        Assert.Equal(50, client.Length);
        await socket.WriteAsync((byte[])[.. frame[50..], .. Frame(Text, 10, masked: false)]);
        await socket.WriteAsync(Frame(Text, 10, masked: false));
        Assert.Equal([.. frame, 0x88, 0x02, 0x03, 0xF0], client.ToArray());
    }

    [Fact]
    public async Task Socket_ThatTheDestinationHasClosed_GetsNoSecondClose()
    {
        using var client = new MemoryStream();
        await using var socket = new ClosableSocket(client);
        await socket.WriteAsync(Frame(Close, 2, masked: false));
        await socket.CloseAsync(CancellationToken.None);
        Assert.Equal(Frame(Close, 2, masked: false), client.ToArray());
    }

    private static int LengthOf(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.Next(1, 126),
        2 => random.Next(126, 65_536),
        _ => random.Next(65_536, 100_000),
    };

    private static byte[] Frame(int first, int length, bool masked)
    {
        byte[] extended = length switch
        {
            < 126 => [],
            < 65_536 => new byte[2],
            _ => new byte[8],
        };
        if (extended.Length == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(extended, (ushort)length);
        }
        else if (extended.Length == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(extended, (ulong)length);
        }

        int marked = extended.Length == 0 ? length : extended.Length == 2 ? 126 : 127;
        return [(byte)first, (byte)(marked | (masked ? 0x80 : 0)), .. extended, .. new byte[masked ? 4 : 0], .. Enumerable.Repeat((byte)0x88, length)];
    }
}
