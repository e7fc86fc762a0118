using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Telemetry;

/// <summary>One JSON object per line, times in UTC. Control characters inside values are escaped by JSON itself.</summary>
internal sealed class JsonLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gateway-json";

    // Formatting is synchronous, on the thread that logs.
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _scratch;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        (ArrayBufferWriter<byte> buffer, Utf8JsonWriter json) = _scratch ??= Create();
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("time"u8, time.GetUtcNow().UtcDateTime);
        json.WriteString("level"u8, LevelOf(logEntry.LogLevel));
        json.WriteString("category"u8, logEntry.Category);
        json.WriteNumber("event"u8, logEntry.EventId.Id);
        if (logEntry.State is ILogFields fields)
        {
            fields.WriteTo(json);
        }
        else
        {
            WriteMessage(json, logEntry.Formatter(logEntry.State, logEntry.Exception), logEntry.State, logEntry.Exception);
        }

        json.WriteEndObject();
        json.Flush();
        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) Create()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        // Two fields of one name in a message's state must not cost the entry.
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
    }

    private static void WriteMessage(Utf8JsonWriter json, string message, object? state, Exception? exception)
    {
        json.WriteString("message"u8, message);
        if (exception is not null)
        {
            json.WriteString("exception"u8, exception.ToString());
        }

        if (Activity.Current is { } activity)
        {
            json.WriteString("traceId"u8, activity.TraceId.ToHexString());
        }

        if (state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 1 } values)
        {
            json.WriteStartObject("fields"u8);
            WriteFields(json, values);
            json.WriteEndObject();
        }
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        foreach ((string name, object? value) in values)
        {
            switch (value)
            {
                case var _ when name == "{OriginalFormat}":
                    break;
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                case int or long or short or byte:
                    json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumber(name, number);
                    break;
                default:
                    json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
