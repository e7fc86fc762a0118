using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;

namespace Gateway.Benchmarks.Support;

/// <summary>What was measured, as one Markdown table.</summary>
internal static class ReportText
{
    public static string Of(IEnumerable<Summary> summaries)
    {
        var text = new StringBuilder();
        text.AppendLine("| benchmark | with | time | ± | allocated bytes |");
        text.AppendLine("| --- | --- | ---: | ---: | ---: |");
        foreach (BenchmarkReport report in summaries.SelectMany(static summary => summary.Reports))
        {
            string name = $"{report.BenchmarkCase.Descriptor.Type.Name}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}";
            string with = string.Join(", ", report.BenchmarkCase.Parameters.Items.Select(static item => $"{item.Name} {item.Value}"));
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {with} | {Time(report)} | {Margin(report)} | {Bytes(report)} |").AppendLine();
        }

        return text.ToString();
    }

    private static string Time(BenchmarkReport report) => report.ResultStatistics is not { } statistics ? "failed" : statistics.Mean switch
    {
        >= 1e6 => Number(statistics.Mean / 1e6, "ms"),
        >= 1e3 => Number(statistics.Mean / 1e3, "µs"),
        _ => Number(statistics.Mean, "ns"),
    };

    /// <summary>Half of the interval in which the mean lies with 99.9 %.</summary>
    private static string Margin(BenchmarkReport report) => report.ResultStatistics is { N: > 1 } statistics
        ? statistics.ConfidenceInterval.Margin.Percent(statistics.Mean)
        : "";

    private static string Percent(this double part, double whole) => (part / whole).ToString("0 %", CultureInfo.InvariantCulture);

    private static string Bytes(BenchmarkReport report) =>
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)?.ToString("#,0", CultureInfo.InvariantCulture) ?? "";

    private static string Number(double value, string unit) => value.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture) + " " + unit;
}
