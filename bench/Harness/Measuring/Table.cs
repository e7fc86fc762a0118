using System.Globalization;
using System.Text;

namespace Harness.Measuring;

/// <summary>What a row found: a heading, lines of figures, and whether each goal is met.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _lines = [];
    private readonly List<string> _verdicts = [];

    public void Add(params string[] cells) => _lines.Add(cells);

    public void Verdict(bool met, string text) => _verdicts.Add($"{(met ? "met" : "NOT met")}: {text}");

    public void Note(string text) => _verdicts.Add(text);

    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"### {title}").AppendLine();
        AppendLine(text, columns);
        AppendLine(text, [.. columns.Select(static (_, index) => index == 0 ? "---" : "---:")]);
        foreach (string[] line in _lines)
        {
            AppendLine(text, line);
        }

        text.AppendLine();
        foreach (string verdict in _verdicts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {verdict}");
        }

        return text.ToString();
    }

    public static string Number(double value) => value.ToString(value < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

    private static void AppendLine(StringBuilder text, string[] cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
}
