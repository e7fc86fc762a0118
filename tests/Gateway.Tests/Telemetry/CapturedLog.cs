using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Gateway.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry;

/// <summary>Keeps what a formatter would have sent to the console.</summary>
internal sealed class CapturedLog(ILineFormat format) : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _entries = new();

    public string Text => string.Concat(_entries);

    public ILogger CreateLogger(string categoryName) => new CapturedLogger(categoryName, format, _entries);

    /// <summary>The access log's next entry; it is written after the client has its answer.</summary>
    public async Task<string> AccessAsync(string text)
    {
        for (int attempt = 0; attempt < 500; attempt++)
        {
            if (_entries.FirstOrDefault(entry => entry.Contains("Gateway.Access", StringComparison.Ordinal) && entry.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"No access entry contains {text}: {Text}");
    }

    public void Dispose()
    {
    }

    private sealed class CapturedLogger(string category, ILineFormat format, ConcurrentQueue<string> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> toText)
        {
            var line = new ArrayBufferWriter<byte>();
            format.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, toText), line);
            entries.Enqueue(Encoding.UTF8.GetString(line.WrittenSpan));
        }
    }
}
