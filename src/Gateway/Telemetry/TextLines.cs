using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Telemetry;

/// <summary>
/// <c>2026-11-21T04:44:04.123Z info  Gateway.Access: GET /orders/7 200 …</c>, in UTC. Further lines of a message or an exception
/// are indented, so that nothing inside one can pass for an entry of its own.
/// </summary>
internal sealed class TextLines(TimeProvider time) : ILineFormat
{
    private const string Indent = "  ";

    [ThreadStatic]
    private static StringWriter? _scratch;

    public void Write<TState>(in LogEntry<TState> entry, IBufferWriter<byte> line)
    {
        StringWriter text = _scratch ??= new StringWriter(CultureInfo.InvariantCulture);
        StringBuilder built = text.GetStringBuilder().Clear();
        built.Append(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}Z {LevelOf(entry.LogLevel)} {entry.Category}: ");
        LogText.Write(text, entry.Formatter(entry.State, entry.Exception), Indent);
        if (entry.Exception is { } exception)
        {
            built.Append('\n').Append(Indent);
            LogText.Write(text, exception.ToString(), Indent);
        }

        built.Append('\n');
        foreach (ReadOnlyMemory<char> chunk in built.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, line);
        }
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
