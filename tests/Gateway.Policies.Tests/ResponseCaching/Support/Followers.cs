using System.Diagnostics.Metrics;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>How many requests wait for another's fetch right now, by the hosts' own gauge.</summary>
internal sealed class Followers : IDisposable
{
    private readonly MeterListener _listener;
    private long _waiting;

    public Followers(params CacheHost[] hosts)
    {
        IMeterFactory[] scopes = [.. hosts.Select(host => host.Services.GetRequiredService<IMeterFactory>())];
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "gateway.cache.waiting" && scopes.Contains(instrument.Meter.Scope))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _waiting, change));
        _listener.Start();
    }

    public Task UntilAsync(int count) => Eventually.TrueAsync(() => Interlocked.Read(ref _waiting) == count, TimeSpan.FromSeconds(30), $"{count} wait");

    public void Dispose() => _listener.Dispose();
}
