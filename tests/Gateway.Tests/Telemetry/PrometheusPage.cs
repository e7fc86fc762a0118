using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Tests.Telemetry;

/// <summary>A strict reader of the text format 0.0.4: anything it does not know is an exception.</summary>
internal sealed partial class PrometheusPage
{
    private string? _family;

    public Dictionary<string, string> Kinds { get; } = [];

    public List<PrometheusSample> Samples { get; } = [];

    public static PrometheusPage Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var page = new PrometheusPage();
        foreach (string line in text[..^1].Split('\n'))
        {
            page.Read(line);
        }

        Assert.Equal(page.Samples.Count, page.Samples.Select(sample => sample.Series).Distinct().Count());
        return page;
    }

    public double Value(string name, params (string Name, string Value)[] labels) =>
        Assert.Single(Samples, sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    private void Read(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            Assert.Matches(@"^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* ([^\\\n]|\\\\|\\n)*$", line);
            return;
        }

        if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            Match type = TypeLine().Match(line);
            Assert.True(type.Success, line);
            _family = type.Groups[1].Value;
            Assert.True(Kinds.TryAdd(_family, type.Groups[2].Value), $"a second TYPE for {_family}");
            return;
        }

        Samples.Add(ReadSample(line));
    }

    private PrometheusSample ReadSample(string line)
    {
        Match match = SampleLine().Match(line);
        Assert.True(match.Success, line);
        string name = match.Groups["name"].Value;
        string suffix = name[_family!.Length..];
        Assert.StartsWith(_family, name, StringComparison.Ordinal);
        Assert.Contains(suffix, Kinds[_family] switch
        {
            "histogram" => new[] { "_bucket", "_sum", "_count" },
            "summary" => ["_sum", "_count"],
            _ => [""],
        });
        var labels = new Dictionary<string, string>();
        foreach (Match label in LabelPair().Matches(match.Groups["labels"].Value))
        {
            string value = Escape().Replace(label.Groups[2].Value, escape => escape.Value == @"\n" ? "\n" : escape.Value[1..]);
            Assert.True(labels.TryAdd(label.Groups[1].Value, value), line);
        }

        return new PrometheusSample(name, labels, match.Groups["labels"].Value, Number(match.Groups["value"].Value));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[\\n""])*""(,[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[\\n""])*"")*)\})? (?<value>NaN|[+-]Inf|-?[0-9.]+([eE][+-]?[0-9]+)?)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\]|\\[\\n""])*)""")]
    private static partial Regex LabelPair();
}
