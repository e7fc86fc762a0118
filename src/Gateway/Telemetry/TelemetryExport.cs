using System.Diagnostics.Metrics;
using Gateway.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Telemetry;

/// <summary>
/// Collects the gateway's, Kestrel's, YARP's and the runtime's metrics: for <c>GET /metrics</c>, and with traces over OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set (with OpenTelemetry's other <c>OTEL_</c> variables).
/// </summary>
internal sealed class TelemetryExport(PrometheusScrape scrape, IMeterFactory meters, IConfiguration settings) : StartBeside, IDisposable
{
    /// <summary>Each by its name: a pattern would load the regular expressions, 1 MB that nothing else needs.</summary>
    public static readonly string[] Meters =
    [
        "Gateway.Access", "Gateway.Admission", "Gateway.Configuration", "Gateway.Events", "Gateway.Policies.Sessions", "Gateway.RateLimiting",
        "Gateway.Redis", "Gateway.Requests", "Gateway.ResponseCaching", "Gateway.Warmup",
        "Microsoft.AspNetCore.Server.Kestrel", "System.Net.NameResolution", "System.Runtime", "Yarp.ReverseProxy",
    ];

    // The SDK allots 190 KB to each metric for 2,000 series; of the runtime and Kestrel there are a handful (generations, TLS versions).
    private const int FewSeries = 200;

    // They measure each request several times over (and each buffer that Kestrel rents), what the gateway's own metrics tell by route.
    private static readonly string[] MetersForOtlp = ["Microsoft.AspNetCore.*", "System.Net.Http"];

    private static readonly string[] Traces = ["Microsoft.AspNetCore", "System.Net.Http", "Yarp.ReverseProxy", "Gateway*"];
    private OpenTelemetrySdk? _sdk;

    public void Dispose() => _sdk?.Dispose();

    // What is not yet sent is sent when the SDK is disposed, after every other part of the host has stopped.
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Dispose();
    }

    // Only what is measured must wait for it, and that begins with the first request.
    protected override Task RunAsync()
    {
        bool otlp = !string.IsNullOrWhiteSpace(settings["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        _sdk = OpenTelemetrySdk.Create(telemetry =>
        {
            telemetry.ConfigureResource(Describe).WithMetrics(metrics => Collect(metrics, otlp));
            if (otlp)
            {
                telemetry.WithTracing(traces => traces.AddSource(Traces).AddProcessor(new QueryRedaction()).AddOtlpExporter());
            }
        });
        return Task.CompletedTask;
    }

    private static void Describe(ResourceBuilder resource) => resource
        .AddService("gateway", serviceVersion: GatewayVersion.Text)
        .AddEnvironmentVariableDetector();

    private void Collect(MeterProviderBuilder metrics, bool otlp)
    {
        metrics.AddMeter(otlp ? [.. Meters, .. MetersForOtlp] : Meters)
            .AddView(OnlyThisHost)
            .AddReader(scrape.Reader);
        if (otlp)
        {
            metrics.AddOtlpExporter();
        }
    }

    // Meters made by another host of this process, the admin listener's for one, would show the same series a second time.
    // Null: as it comes, with the SDK's own bound of 2,000 series per metric.
    private MetricStreamConfiguration? OnlyThisHost(Instrument instrument) =>
        instrument.Meter.Scope is { } scope && scope != meters ? MetricStreamConfiguration.Drop
        : instrument.Meter.Name is "System.Runtime" or "Microsoft.AspNetCore.Server.Kestrel" ? new MetricStreamConfiguration { CardinalityLimit = FewSeries }
        : null;
}
