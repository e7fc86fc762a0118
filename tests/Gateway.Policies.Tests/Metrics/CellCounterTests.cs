using System.Diagnostics.Metrics;
using Gateway.Policies.Metrics;
using Xunit;

namespace Gateway.Policies.Tests.Metrics;

public sealed class CellCounterTests : IDisposable
{
    private static readonly KeyValuePair<string, object?> Hit = new("outcome", "hit");
    private static readonly KeyValuePair<string, object?> Miss = new("outcome", "miss");
    private readonly Meter _meter = new("test");

    [Fact]
    public void Add_SeveralThreads_LosesNothing()
    {
        CounterCell hits = CellCounter.Create(_meter, "lookups", "{lookup}", "Look-ups").Of(Hit);

        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                hits.Add();
            }
        });

        Assert.Equal(["outcome=hit 80000"], Collected());
    }

    [Fact]
    public void Of_SameTagsAgain_IsTheSameSeries()
    {
        var counter = CellCounter.Create(_meter, "lookups", "{lookup}", "Look-ups");

        counter.Of(Hit).Add(2);
        counter.Of(new KeyValuePair<string, object?>("outcome", "hit")).Add(3);
        counter.Of(Miss).Add();

        Assert.Equal(["outcome=hit 5", "outcome=miss 1"], Collected());
    }

    [Fact]
    public void Collection_SeriesThatCountedNothing_IsNotThere()
    {
        _ = CellCounter.Create(_meter, "lookups", "{lookup}", "Look-ups").Of(Miss);

        Assert.Empty(Collected());
    }

    public void Dispose() => _meter.Dispose();

    private List<string> Collected()
    {
        var collected = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => collected.Add($"{tags[0].Key}={tags[0].Value} {count}"));
        listener.Start();
        listener.RecordObservableInstruments();
        collected.Sort(StringComparer.Ordinal);
        return collected;
    }
}
