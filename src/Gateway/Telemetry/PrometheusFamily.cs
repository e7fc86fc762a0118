using System.Text;

namespace Gateway.Telemetry;

/// <summary>All samples of one name.</summary>
internal sealed class PrometheusFamily(string name, string kind, string help)
{
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private readonly StringBuilder _samples = new();

    public string Kind => kind;

    /// <summary>False when a series with these labels is already there.</summary>
    public bool Begin(string labels) => _series.Add(labels);

    public void Sample(string suffix, string labels, string value) =>
        _samples.Append(name).Append(suffix).Append(labels).Append(' ').Append(value).Append('\n');

    public void WriteTo(StringBuilder page)
    {
        if (help.Length > 0)
        {
            string escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            page.Append("# HELP ").Append(name).Append(' ').Append(escaped).Append('\n');
        }

        page.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n').Append(_samples);
    }
}
