using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Policies.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>What one app's limits report in metrics.</summary>
internal sealed class Decisions : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string? Outcome), long> _counts = new();
    private readonly ConcurrentDictionary<(string Instrument, string? Outcome), long> _totals = new();

    public Decisions(IServiceProvider services)
    {
        // The factory gives the same meter for the same name: other apps' are others.
        Meter own = services.GetRequiredService<IMeterFactory>().Create(RateLimitMetrics.MeterName);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, own))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            string? outcome = null;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                outcome = tag.Key == "outcome" ? (string?)tag.Value : outcome;
            }

            (instrument.IsObservable ? _totals : _counts).AddOrUpdate((instrument.Name, outcome), count, (_, before) => before + count);
        });
        _listener.Start();
    }

    public long Live(string outcome)
    {
        _totals.Clear();
        _listener.RecordObservableInstruments();
        return _totals.GetValueOrDefault(("gateway.ratelimit.decisions", outcome));
    }

    public long Shadow(string outcome) => _counts.GetValueOrDefault(("gateway.ratelimit.shadow_decisions", outcome));

    public long Refunds => _counts.GetValueOrDefault(("gateway.ratelimit.refunds", null));

    public void Dispose() => _listener.Dispose();
}
