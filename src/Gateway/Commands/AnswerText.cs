using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Admin;
using Gateway.Telemetry;

namespace Gateway.Commands;

/// <summary>Prints an answer of the admin API: as JSON, or as indented lines that people read.</summary>
internal static class AnswerText
{
    public static void Write(TextWriter output, JsonNode answer, bool json)
    {
        if (json)
        {
            output.WriteLine(AdminJson.ToText(answer));
            return;
        }

        WriteNode(output, answer, indent: "");
    }

    private static void WriteNode(TextWriter output, JsonNode node, string indent)
    {
        if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                WriteItem(output, item, indent);
            }

            return;
        }

        foreach ((string name, JsonNode? value) in node.AsObject())
        {
            output.Write(indent);
            WriteValue(output, name, value, indent);
        }
    }

    // The first member stands behind the dash, the others below it.
    private static void WriteItem(TextWriter output, JsonNode? item, string indent)
    {
        output.Write($"{indent}- ");
        if (item is JsonObject { Count: > 0 } members)
        {
            bool first = true;
            foreach ((string name, JsonNode? value) in members)
            {
                output.Write(first ? "" : $"{indent}  ");
                WriteValue(output, name, value, $"{indent}  ");
                first = false;
            }

            return;
        }

        WriteScalar(output, item);
    }

    private static void WriteValue(TextWriter output, string name, JsonNode? value, string indent)
    {
        LogText.Write(output, name, indent);
        switch (value)
        {
            case JsonObject { Count: > 0 } or JsonArray { Count: > 0 }:
                output.WriteLine(":");
                WriteNode(output, value, $"{indent}  ");
                break;
            default:
                output.Write(": ");
                WriteScalar(output, value);
                break;
        }
    }

    private static void WriteScalar(TextWriter output, JsonNode? value)
    {
        string text = value switch
        {
            null => "-",
            JsonArray or JsonObject => "none",
            _ when value.GetValueKind() is JsonValueKind.True => "yes",
            _ when value.GetValueKind() is JsonValueKind.False => "no",
            _ => value.ToString(),
        };
        LogText.Write(output, text, "  ");
        output.WriteLine();
    }
}
