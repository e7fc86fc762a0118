using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Telemetry;

/// <summary>How a log entry is written; called on the thread that logs.</summary>
internal interface ILineFormat
{
    /// <summary>Writes the entry as UTF-8, its last line break included.</summary>
    void Write<TState>(in LogEntry<TState> entry, IBufferWriter<byte> line);
}
