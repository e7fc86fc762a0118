using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>The page of <c>GET /metrics</c>. One collection at a time; nothing is collected while nobody asks.</summary>
internal sealed class PrometheusScrape : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly PrometheusExporter _exporter = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    public PrometheusScrape() => Reader = new BaseExportingMetricReader(_exporter);

    /// <summary>To be added to the meter provider, which then owns it.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <exception cref="OperationCanceledException">The caller went away while another collection ran.</exception>
    public async Task<string> CollectAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            _exporter.Collect?.Invoke(Timeout.Infinite);
            return _exporter.Page;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        _exporter.Dispose();
        _one.Dispose();
    }
}
