using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Telemetry;

/// <summary>Logs to a stream, one entry per line.</summary>
[ProviderAlias("Console")]
internal sealed class LineLoggerProvider(ILineFormat format, Stream stream) : ILoggerProvider
{
    private readonly LineSink _sink = new(stream, (dropped, line) => format.Write(
        new LogEntry<long>(LogLevel.Warning, "Gateway.Log", default, dropped, null, static (count, _) => $"The log's reader is too slow: {count} entries were dropped"), line));

    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, format, _sink);

    public void Dispose() => _sink.Dispose();

    private sealed class LineLogger(string category, ILineFormat format, LineSink sink) : ILogger
    {
        [ThreadStatic]
        private static ArrayBufferWriter<byte>? _line;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArrayBufferWriter<byte> line = _line ??= new ArrayBufferWriter<byte>(1024);
            line.ResetWrittenCount();
            format.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), line);
            sink.Append(line.WrittenSpan);
        }
    }
}
