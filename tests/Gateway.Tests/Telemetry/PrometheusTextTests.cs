using System.Diagnostics.Metrics;
using Gateway.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace Gateway.Tests.Telemetry;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new($"Gateway.Test.{Guid.NewGuid():N}");
    private readonly PrometheusScrape _scrape = new();
    private readonly MeterProvider _provider;

    public PrometheusTextTests() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(_scrape.Reader).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _scrape.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Page_EveryKindOfInstrument_HasTheFamilyNameAndKindPrometheusExpects()
    {
        _meter.CreateCounter<long>("gateway.requests", "{request}").Add(3);
        _meter.CreateCounter<double>("gateway.sent.total", "By").Add(1.5);
        _meter.CreateHistogram<double>("gateway.duration", "s").Record(0.25);
        _meter.CreateUpDownCounter<long>("gateway.open", "{connection}").Add(-2);
        _meter.CreateObservableGauge("gateway.fill", () => 0.5, "1");
        _meter.CreateGauge<double>("gateway.nothing").Record(double.NaN);

        PrometheusPage page = await ScrapeAsync();

        Assert.Equal("counter", page.Kinds["gateway_requests_total"]);
        Assert.Equal("counter", page.Kinds["gateway_sent_bytes_total"]);
        Assert.Equal("histogram", page.Kinds["gateway_duration_seconds"]);
        Assert.Equal("gauge", page.Kinds["gateway_open"]);
        Assert.Equal("gauge", page.Kinds["gateway_fill_ratio"]);
        Assert.Equal("gauge", page.Kinds["gateway_nothing"]);
        Assert.Equal(3, page.Value("gateway_requests_total"));
        Assert.Equal(-2, page.Value("gateway_open"));
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", false, false, "http_server_request_duration_seconds")]
    [InlineData("gateway.redis.memory", "By", false, true, "gateway_redis_memory_bytes")]
    [InlineData("memory_bytes", "By", false, true, "memory_bytes")]
    [InlineData("cpu", "%", false, true, "cpu_percent")]
    [InlineData("9 lives!?", "", false, false, "_9_lives_")]
    [InlineData("a--b", "{thing}", true, false, "a_b_total")]
    [InlineData("speed", "By/s", false, true, "speed_By_s")]
    public void Family_NameAndUnit_FollowTheCompatibilityPage(string name, string unit, bool counter, bool gauge, string expected) =>
        Assert.Equal(expected, PrometheusNames.Family(name, unit, counter, gauge));

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("back\\slash, \"quote\" and\nline")]
    [InlineData("ends with \\")]
    [InlineData("}= ,{\t é 漢 \\n")]
    public async Task Page_AnyLabelValue_IsReadBackAsItWas(string value)
    {
        _meter.CreateCounter<long>("gateway.labels").Add(1, new KeyValuePair<string, object?>("the.label", value));

        PrometheusPage page = await ScrapeAsync();

        Assert.Equal(value, Assert.Single(page.Samples, sample => sample.Name == "gateway_labels_total").Labels["the_label"]);
    }

    [Fact]
    public async Task Page_Histogram_BucketsAreCumulativeAndEndAtTheCount()
    {
        Histogram<double> histogram = _meter.CreateHistogram(
            "gateway.wait", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 10] });
        double[] values = [0.05, 0.1, 0.5, 5, 50, 500];
        foreach (double value in values)
        {
            histogram.Record(value, new KeyValuePair<string, object?>("le", "mine"));
        }

        PrometheusPage page = await ScrapeAsync();

        PrometheusSample[] buckets = [.. page.Samples.Where(sample => sample.Name == "gateway_wait_seconds_bucket")];
        Assert.Equal(["0.1", "1", "10", "+Inf"], buckets.Select(bucket => bucket.Labels["le"]));
        Assert.Equal([2, 3, 4, 6], buckets.Select(bucket => bucket.Value));
        Assert.All(buckets, bucket => Assert.Equal("mine", bucket.Labels["exported_le"]));
        Assert.Equal(6, page.Value("gateway_wait_seconds_count"));
        Assert.Equal(values.Sum(), page.Value("gateway_wait_seconds_sum"), 6);
    }

    [Fact]
    public async Task Page_TwoMetersWithOneInstrumentName_ShareOneFamilyWithoutASeriesTwice()
    {
        using var other = new Meter(_meter.Name, "2.0");
        _meter.CreateCounter<long>("gateway.twice").Add(1, new KeyValuePair<string, object?>("from", "one"));
        other.CreateCounter<long>("gateway.twice").Add(2, new KeyValuePair<string, object?>("from", "two"));
        other.CreateCounter<long>("gateway.twice").Add(4, new KeyValuePair<string, object?>("from", "one"));
        other.CreateHistogram<double>("gateway.twice.total").Record(1);

        PrometheusPage page = await ScrapeAsync();

        Assert.Equal(2, page.Samples.Count(sample => sample.Name == "gateway_twice_total"));
        Assert.Equal("counter", page.Kinds["gateway_twice_total"]);
    }

    [Fact]
    public async Task Page_LabelsThatFallTogether_KeepOne()
    {
        _meter.CreateCounter<long>("gateway.folded").Add(1, new KeyValuePair<string, object?>("a.b", "x"), new KeyValuePair<string, object?>("a_b", "y"));

        PrometheusPage page = await ScrapeAsync();

        Assert.Single(Assert.Single(page.Samples, sample => sample.Name == "gateway_folded_total").Labels);
    }

    [Fact]
    public async Task Page_MoreSeriesThanTheBound_StaysBounded()
    {
        Counter<long> counter = _meter.CreateCounter<long>("gateway.many");
        for (int index = 0; index < 10_000; index++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("client", index));
        }

        PrometheusPage page = await ScrapeAsync();

        Assert.InRange(page.Samples.Count(sample => sample.Name == "gateway_many_total"), 1, 2001);
    }

    private async Task<PrometheusPage> ScrapeAsync() => PrometheusPage.Parse(await _scrape.CollectAsync(TestContext.Current.CancellationToken));
}
