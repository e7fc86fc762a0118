using System.Globalization;
using System.Text;
using OpenTelemetry;

namespace Gateway.Telemetry;

/// <summary>Labels as <c>{route="orders",status="2xx"}</c>, sorted by name so that the same set always reads the same.</summary>
internal static class PrometheusLabels
{
    /// <param name="tags">Of two that fall together in Prometheus' alphabet, the first is kept.</param>
    /// <param name="reserved">A label the family itself writes; a tag of that name gets the prefix <c>exported_</c>.</param>
    public static string Render(ReadOnlyTagCollection tags, string? reserved)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, object? value) in tags)
        {
            string name = PrometheusNames.Label(key);
            labels.TryAdd(name == reserved ? $"exported_{name}" : name, ValueOf(value));
        }

        if (labels.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach ((string name, string value) in labels)
        {
            text.Append(text.Length == 1 ? "" : ",").Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>Adds one more label at the end.</summary>
    public static string With(string labels, string name, string value) =>
        labels.Length == 0 ? $"{{{name}=\"{value}\"}}" : $"{labels[..^1]},{name}=\"{value}\"}}";

    private static string ValueOf(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    // The format's own three, and carriage return, which some line readers take for the end of a line.
    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
