using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// Metrics as Prometheus' text format 0.0.4: <c>HELP</c> and <c>TYPE</c> once per family, all samples of a family together, no
/// series twice. Families keep the kind of the first metric that has their name; a later one of another kind is left out.
/// </summary>
internal sealed class PrometheusText
{
    private readonly Dictionary<string, PrometheusFamily> _families = new(StringComparer.Ordinal);
    private readonly List<PrometheusFamily> _order = [];

    public static string Render(in Batch<Metric> metrics)
    {
        var text = new PrometheusText();
        foreach (Metric metric in metrics)
        {
            text.Add(metric);
        }

        var page = new StringBuilder(64 * 1024);
        foreach (PrometheusFamily family in text._order)
        {
            family.WriteTo(page);
        }

        return page.ToString();
    }

    private void Add(Metric metric)
    {
        string kind = KindOf(metric.MetricType);
        string name = PrometheusNames.Family(metric.Name, metric.Unit, kind == "counter", kind == "gauge");
        if (!_families.TryGetValue(name, out PrometheusFamily? family))
        {
            family = new PrometheusFamily(name, kind, metric.Description);
            _families.Add(name, family);
            _order.Add(family);
        }

        if (family.Kind == kind)
        {
            AddSamples(family, metric);
        }
    }

    private static void AddSamples(PrometheusFamily family, Metric metric)
    {
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            string labels = PrometheusLabels.Render(point.Tags, reserved: family.Kind == "histogram" ? "le" : null);
            if (!family.Begin(labels))
            {
                continue;
            }

            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    family.Sample("", labels, point.GetSumLong().ToString(CultureInfo.InvariantCulture));
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    family.Sample("", labels, Number(point.GetSumDouble()));
                    break;
                case MetricType.LongGauge:
                    family.Sample("", labels, point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture));
                    break;
                case MetricType.DoubleGauge:
                    family.Sample("", labels, Number(point.GetGaugeLastValueDouble()));
                    break;
                case MetricType.Histogram:
                    AddHistogram(family, labels, point);
                    break;
                default:
                    AddTotals(family, labels, point);
                    break;
            }
        }
    }

    private static void AddHistogram(PrometheusFamily family, string labels, in MetricPoint point)
    {
        long cumulative = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            if (!double.IsPositiveInfinity(bucket.ExplicitBound))
            {
                family.Sample("_bucket", PrometheusLabels.With(labels, "le", Number(bucket.ExplicitBound)), cumulative.ToString(CultureInfo.InvariantCulture));
            }
        }

        // Prometheus demands that the last bucket equals the count; both are taken from the one snapshot of the point.
        family.Sample("_bucket", PrometheusLabels.With(labels, "le", "+Inf"), point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
        AddTotals(family, labels, point);
    }

    private static void AddTotals(PrometheusFamily family, string labels, in MetricPoint point)
    {
        family.Sample("_sum", labels, Number(point.GetHistogramSum()));
        family.Sample("_count", labels, point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    // An exponential histogram has no form in this text format but its totals: a summary without quantiles.
    private static string KindOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        _ => "summary",
    };
}
