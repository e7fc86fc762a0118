using Gateway.Policies.ResponseCaching.Semantics;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9211.</summary>
public sealed class CacheStatusTests
{
    [Fact]
    public void Hit_SaysWhatIsLeft_Rfc9211_2_4() => Assert.Equal("gateway; hit; ttl=29", CacheStatus.HitFor(29));

    [Fact]
    public void Miss_SaysWhyItWentForwardAndThatItIsStored() =>
        Assert.Equal("gateway; fwd=uri-miss; stored", new CacheStatus { Forward = "uri-miss", Stored = true }.ToString());

    [Fact]
    public void Everything_ComesInOneOrder() => Assert.Equal(
        "gateway; fwd=stale; fwd-status=304; ttl=-1; stored; collapsed; detail=x",
        new CacheStatus { Forward = "stale", ForwardStatus = 304, Ttl = -1, Stored = true, Collapsed = true, Detail = "x" }.ToString());
}
