using System.Diagnostics.Metrics;

namespace Gateway.Warmup;

/// <summary>What the warm-up measures.</summary>
internal sealed class WarmupMetrics
{
    public const string MeterName = "Gateway.Warmup";
    private readonly Counter<long> _urls;
    private readonly Counter<long> _rounds;

    public WarmupMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _urls = meter.CreateCounter<long>("gateway.warmup.urls", "{url}", "URLs of the warm-up that are done, by outcome");
        _rounds = meter.CreateCounter<long>("gateway.warmup.rounds", "{round}", "Rounds of the warm-up, by whether this gateway did them");
    }

    public void Url(WarmupOutcome outcome) => _urls.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        WarmupOutcome.Stored => "stored",
        WarmupOutcome.Fresh => "fresh",
        WarmupOutcome.NotStored => "not-stored",
        WarmupOutcome.Skipped => "skipped",
        _ => "failed",
    }));

    public void Round(bool here) => _rounds.Add(1, new KeyValuePair<string, object?>("outcome", here ? "here" : "elsewhere"));
}
