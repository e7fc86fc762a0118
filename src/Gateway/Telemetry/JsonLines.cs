using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Telemetry;

/// <summary>One JSON object per line, times in UTC. Control characters inside values are escaped by JSON itself.</summary>
internal sealed class JsonLines(TimeProvider time) : ILineFormat
{
    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    public void Write<TState>(in LogEntry<TState> entry, IBufferWriter<byte> line)
    {
        // Two fields of one name in a message's state must not cost the entry.
        Utf8JsonWriter json = _json ??= new Utf8JsonWriter(line, new JsonWriterOptions { SkipValidation = true });
        json.Reset(line);
        json.WriteStartObject();
        json.WriteString("time"u8, time.GetUtcNow().UtcDateTime);
        json.WriteString("level"u8, LevelOf(entry.LogLevel));
        json.WriteString("category"u8, entry.Category);
        json.WriteNumber("event"u8, entry.EventId.Id);
        if (entry.State is ILogFields fields)
        {
            fields.WriteTo(json);
        }
        else
        {
            WriteMessage(json, entry.Formatter(entry.State, entry.Exception), entry.State, entry.Exception);
        }

        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
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
