using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>Hears the metrics of round trips that one set of meters says.</summary>
internal sealed class SavedTrips : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();

    public SavedTrips(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name.StartsWith("gateway.ratelimit.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _counts.AddOrUpdate(tags.IsEmpty ? instrument.Name : $"{tags[0].Value}", count, (_, before) => before + count));
        _listener.Start();
    }

    public long Calls => Of("gateway.ratelimit.store_calls");

    public long ByDenialMemory => Of("denial_memory");

    public long ByCombining => Of("combining");

    public long ByLease => Of("lease");

    public void Dispose() => _listener.Dispose();

    private long Of(string name)
    {
        _counts.Clear();
        _listener.RecordObservableInstruments();
        return _counts.GetValueOrDefault(name);
    }
}
