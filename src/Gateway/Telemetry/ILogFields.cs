using System.Text.Json;

namespace Gateway.Telemetry;

/// <summary>A log entry that writes its own JSON members, without boxing each value.</summary>
internal interface ILogFields
{
    void WriteTo(Utf8JsonWriter json);
}
