using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Harness.Scaling;
using Xunit;

namespace Gateway.Benchmarks.Tests;

/// <summary>The model of docs/scaling.md says what the gateway does.</summary>
public sealed class ScalingModelTests
{
    private static readonly Costs Costs = new(Log: 20, SubWindows: 30, Held: 100, Session: 5, Cached: 8);

    [Theory]
    [InlineData(1, 3, 1_000_000, 60)]
    [InlineData(1, 1, 1_000_000, 60)]
    [InlineData(2, 1, 100, 60)]
    [InlineData(5, 3, 1_000, 60)]
    [InlineData(12, 1, 1_000, 60)]
    [InlineData(100, 1, 1_000_000, 10)]
    [InlineData(300, 1, 1_000_000, 10)]
    [InlineData(400, 1, 1_000_000, 10)]
    [InlineData(3_000, 1, 100_000, 1)]
    [InlineData(9_000, 3, 100_000, 1)]
    [InlineData(60_000, 3, 1_000_000, 10)]
    [InlineData(4_500, 1, 5_000, 1)]
    [InlineData(990, 3, 1_000, 1)]
    public void Lease_OfAHotPartition_IsWhatAGatewayHolds(int rate, int gateways, long limit, int window)
    {
        var request = new PermitRequest("p", 1, limit, TimeSpan.FromSeconds(window));
        TimeSpan longest = LeaseTerms.LongestHold([request]);
        var pace = default(Pace);
        for (long i = 1; i <= 20 * rate / gateways; i++)
        {
            pace.Arrived(TimeSpan.TicksPerDay + (i * gateways * TimeSpan.TicksPerSecond / rate), LeaseTerms.LongestSlice(longest));
        }

        long left = Math.Max(0, limit - ((long)rate * window));
        int held = LeaseTerms.Size(pace.Expected, LeaseTerms.Allowance(request, left, held: 0, gateways, LeaseTerms.Hold(pace.Slice, longest)));
        int taken = Model.Hot(new Deployment { Rate = rate, Gateways = gateways, HotShare = 1, Limit = limit, Window = window }).Taken;

        Assert.InRange(held, taken, taken + 2);
    }

    [Fact]
    public void SessionReads_OfManyRequests_AreOnePerSessionGatewayAndFiveSeconds()
    {
        var deployment = new Deployment { Rate = 1_000_000, Gateways = 3, Sessions = 1_000, Limited = false };

        Assert.Equal(3 * 1_000 / 5.0, Model.Of(deployment, Costs).SessionReads * deployment.Rate, tolerance: 1);
    }

    [Fact]
    public void LimitCalls_OfPartitionsThatAreNotHot_AreOneForEachRequest() =>
        Assert.Equal(1, Model.Of(new Deployment { Rate = 1_000 }, Costs).LimitCalls);

    [Fact]
    public void ShardCalls_OfAHotPartition_MeetOneShardAndTheOthersAllAlike()
    {
        // So little that nobody holds permits of it.
        Forecast forecast = Model.Of(new Deployment { Rate = 900, HotShare = 1 / 3.0, Limit = 100, Shards = 3 }, Costs);

        Assert.Equal(300 + 200, forecast.HotShardCalls, tolerance: 1e-6);
        Assert.Equal(200, forecast.OtherShardCalls, tolerance: 1e-6);
        Assert.Equal(forecast.LimitCalls * 900, forecast.HotShardCalls + (2 * forecast.OtherShardCalls), tolerance: 1e-6);
    }

    [Theory]
    [InlineData(1, 35_000)]
    [InlineData(3, 105_000)]
    public void MostRequests_WithNothingHot_GrowWithTheShards(int shards, double expected) =>
        Assert.InRange(Model.MostRequests(new Deployment { Rate = 1, Shards = shards }, Costs), expected * 0.99, expected);

    [Fact]
    public void MostRequests_WithOneHotPartition_DoNotGrowWithTheShards()
    {
        var deployment = new Deployment { Rate = 1, Gateways = 10, HotShare = 1, Limit = 1e9 };

        Assert.Equal(Model.MostRequests(deployment, Costs), Model.MostRequests(deployment with { Shards = 12 }, Costs));
    }
}
