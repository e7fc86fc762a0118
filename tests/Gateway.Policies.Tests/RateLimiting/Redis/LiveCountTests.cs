using Gateway.Policies.RateLimiting.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.Redis;

public sealed class LiveCountTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    [Fact]
    public void Count_GatewaysComeAndGo_IsTheirNumber()
    {
        var count = new LiveCount(Silence, new SteppedTime());
        count.Heard(1, wasKnown: false);
        count.Heard(3, wasKnown: true);
        Assert.Equal(3, count.Count);
    }

    [Fact]
    public void Count_RedisLostItsMemory_DoesNotFallBeforeTheOthersHadTimeToReport()
    {
        var time = new SteppedTime();
        var count = new LiveCount(Silence, time);
        count.Heard(3, wasKnown: true);
        count.Heard(1, wasKnown: false);
        Assert.Equal(3, count.Count);
        time.Advance(TimeSpan.FromSeconds(5));
        count.Heard(2, wasKnown: true);
        Assert.Equal(3, count.Count);
        time.Advance(TimeSpan.FromSeconds(10));
        count.Heard(2, wasKnown: true);
        Assert.Equal(2, count.Count);
    }

    [Fact]
    public void Read_AnotherForm_IsNothing()
    {
        Assert.Null(LiveGatewayRecord.Read(null));
        Assert.Null(LiveGatewayRecord.Read("not JSON"));
        Assert.Null(LiveGatewayRecord.Read("""{"Machine":"other"}"""));
        Assert.Null(LiveGatewayRecord.Read("[1]"));
    }
}
