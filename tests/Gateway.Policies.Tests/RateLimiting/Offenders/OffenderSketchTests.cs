using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting.Offenders;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Offenders;

public sealed class OffenderSketchTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Top_OfAnyStream_HasWhoeverIsFrequentAndNeverCountsTooFew() => Prop.ForAll(
        Gen.Choose(0, 300).Select(i => i * i / 300).ListOf().ToArbitrary(),
        stream =>
        {
            var sketch = new OffenderSketch(_time);
            var exact = new Dictionary<UInt128, long>();
            // Over and over, for more partitions than places.
            foreach (int who in Enumerable.Repeat(stream, 20).SelectMany(item => item))
            {
                sketch.Count((UInt128)who);
                exact[(UInt128)who] = exact.GetValueOrDefault((UInt128)who) + 1;
            }

            var top = sketch.Top(int.MaxValue).ToDictionary(offender => offender.Partition);
            long all = exact.Values.Sum();
            return top.Count <= OffenderSketch.Places
                && top.Values.Sum(offender => offender.Rejected) == all
                && exact.Where(one => one.Value > all / OffenderSketch.Places).All(one => top.ContainsKey(one.Key))
                && top.Values.All(offender => offender.Rejected >= exact[offender.Partition] && offender.Rejected - offender.AtMostTooMany <= exact[offender.Partition]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Top_OfATenThousandPartitionFlood_StillHasTheOneThatMatters()
    {
        var sketch = new OffenderSketch(_time);
        for (int i = 0; i < 100_000; i++)
        {
            sketch.Count(i % 20 == 0 ? 7 : (UInt128)(1000 + (i % 10_000)));
        }

        Offender first = sketch.Top(1)[0];
        Assert.Equal((UInt128)7, first.Partition);
        Assert.InRange(first.Rejected, 5000, 5000 + (100_000 / OffenderSketch.Places));
        Assert.Equal(OffenderSketch.Places, sketch.Top(int.MaxValue).Count);
    }

    [Fact]
    public void Top_AfterAWhile_CountsWhatIsNow()
    {
        var sketch = new OffenderSketch(_time);
        Count(sketch, 1, 100);
        _time.Advance(OffenderSketch.HalfLife * 2);
        Count(sketch, 2, 30);

        Assert.Equal([(2, 30L), (1, 25L)], sketch.Top(9).Select(offender => ((int)offender.Partition, offender.Rejected)));

        _time.Advance(TimeSpan.FromDays(365));
        Assert.Empty(sketch.Top(9));
    }

    [Fact]
    public void Count_OfAPartition_AsksForItsNameOnce()
    {
        var sketch = new OffenderSketch(_time);
        Assert.False(sketch.Count(5));
        sketch.Name(5, "203.0.113.7");

        Assert.True(sketch.Count(5));
        Assert.Equal("203.0.113.7", sketch.Top(1)[0].Label);
    }

    private static void Count(OffenderSketch sketch, UInt128 partition, int times)
    {
        for (int i = 0; i < times; i++)
        {
            sketch.Count(partition);
        }
    }
}
