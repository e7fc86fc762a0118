using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Telemetry;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Telemetry;

public sealed partial class LineSinkTests
{
    [Fact]
    public async Task Append_FromManyThreads_WritesEveryLineWhole()
    {
        using var stream = new MemoryStream();
        using (var sink = new LineSink(stream, Tell))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
            {
                for (int i = 0; i < 5000; i++)
                {
                    sink.Append(Encoding.UTF8.GetBytes($"{thread}:{i}\n"));
                }
            })));
        }

        string[] lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(40_000, lines.Length);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"3:{i}"), lines.Where(line => line.StartsWith("3:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Append_StreamThatIsStuck_DropsBeyondTheBoundAndNeverWaits()
    {
        using var stream = new StuckStream();
        var sink = new LineSink(stream, Tell);
        byte[] line = new byte[1 << 20];

        for (int i = 0; i < 100; i++)
        {
            sink.Append(line);
        }

        stream.Open();
        sink.Dispose();
        Assert.InRange(stream.Written, 8 << 20, 20 << 20);
        Assert.Contains("entries were dropped", stream.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_StreamThatNobodyReads_DoesNotThrow()
    {
        using var sink = new LineSink(new BrokenStream(), Tell);

        sink.Append("a\n"u8);
        sink.Append("b\n"u8);
    }

    [Fact]
    public void Exception_InAnEntry_CannotForgeAnother()
    {
        string text = Logged(new TextLines(TimeProvider.System));
        string json = Logged(new JsonLines(TimeProvider.System));

        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1), line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
        JsonNode entry = JsonNode.Parse(json)!;
        Assert.Contains("forged", (string)entry["exception"]!, StringComparison.Ordinal);
        Assert.Equal("error", (string)entry["level"]!);
        Assert.Equal(7, (int)entry["fields"]!["Number"]!);
    }

    private static string Logged(ILineFormat format)
    {
        using var log = new CapturedLog(format);
        LogBroken(log.CreateLogger("Test"), new InvalidOperationException("first\n2026-01-01T00:00:00.000Z info  forged: \u001b[31m"), 7);
        return log.Text;
    }

    [LoggerMessage(1, LogLevel.Error, "It broke\nat {Number}")]
    private static partial void LogBroken(ILogger logger, Exception failure, int number);

    private static void Tell(long dropped, IBufferWriter<byte> line) => line.Write(Encoding.UTF8.GetBytes($"{dropped} entries were dropped\n"));

    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();

        public long Written { get; private set; }

        public string Last { get; private set; } = "";

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _open.Wait();
            Written += buffer.Length;
            Last = Encoding.UTF8.GetString(buffer[^Math.Min(200, buffer.Length)..]);
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");
    }
}
