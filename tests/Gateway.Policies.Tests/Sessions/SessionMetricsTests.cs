using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;
using Gateway.Policies.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class SessionMetricsTests
{
    [Fact]
    public void Validated_EachOutcome_CountsUnderRoutePolicyAndOutcome()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory meters = services.GetRequiredService<IMeterFactory>();
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            counted.Add($"{instrument.Name} {count} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        var metrics = new SessionMetrics(meters);
        CounterCell[] validations = metrics.Validations("orders", "default");

        foreach (SessionOutcome outcome in Enum.GetValues<SessionOutcome>())
        {
            validations[(int)outcome].Add();
        }

        metrics.Extended("default", succeeded: false);

        new SessionLookupCounts(metrics, "default").Memory.Add();
        listener.RecordObservableInstruments();

        string[] outcomes = ["valid", "anonymous", "forbidden", "csrf", "missing", "malformed", "unknown", "expired", "state", "corrupt", "stale", "unavailable"];
        Assert.Equal(
            ((string[])[.. outcomes.Select(outcome => $"gateway.sessions.validations 1 route=orders policy=default outcome={outcome}"), "gateway.sessions.extensions 1 policy=default outcome=failed", "gateway.sessions.lookups 1 policy=default from=memory"]).Order(StringComparer.Ordinal),
            counted.Order(StringComparer.Ordinal));
    }
}
