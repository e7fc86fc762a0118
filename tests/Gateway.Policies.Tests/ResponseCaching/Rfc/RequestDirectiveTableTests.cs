using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>What a request asks of the cache: RFC 9111 §5.2.1, §5.4.</summary>
public sealed class RequestDirectiveTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("5.2.1.1", "max-age=3600", 30, "Cache-Control: max-age=60", "hit")]
    [InlineData("5.2.1.1", "max-age=3600", 30, "Cache-Control: max-age=29", "forwarded")]
    [InlineData("5.2.1.1", "max-age=3600", 0, "Cache-Control: max-age=0", "forwarded")]
    [InlineData("5.2.1.1", "max-age=3600", 1, "Cache-Control: max-age=0", "forwarded")]
    [InlineData("5.2.1.1", "max-age=3600", 30, "Cache-Control: max-age=x", "forwarded")]
    [InlineData("5.2.1.1", "max-age=3600", 30, "Cache-Control: max-age=10, max-stale=60", "hit or forwarded")]
    [InlineData("5.2.1.2", "max-age=10", 30, "Cache-Control: max-stale", "hit")]
    [InlineData("5.2.1.2", "max-age=10", 30, "Cache-Control: max-stale=60", "hit")]
    [InlineData("5.2.1.2", "max-age=10", 30, "Cache-Control: MAX-STALE=60", "hit")]
    [InlineData("5.2.1.2", "max-age=10", 30, "Cache-Control: max-stale=19", "forwarded")]
    [InlineData("5.2.1.2", "max-age=10, must-revalidate", 30, "Cache-Control: max-stale=60", "forwarded")]
    [InlineData("5.2.1.2", "max-age=10, proxy-revalidate", 30, "Cache-Control: max-stale=60", "forwarded")]
    [InlineData("5.2.1.2", "s-maxage=10", 30, "Cache-Control: max-stale=60", "forwarded")]
    [InlineData("5.2.1.2", "no-cache, max-age=10", 0, "Cache-Control: max-stale=60", "forwarded")]
    [InlineData("5.2.1.3", "max-age=60", 30, "Cache-Control: min-fresh=29", "hit")]
    [InlineData("5.2.1.3", "max-age=60", 30, "Cache-Control: min-fresh=31", "forwarded")]
    [InlineData("5.2.1.3", "max-age=60", 0, "Cache-Control: min-fresh=61", "forwarded")]
    [InlineData("5.2.1.4", "max-age=60", 0, "Cache-Control: no-cache", "forwarded")]
    [InlineData("5.2.1.4", "max-age=60", 0, "Cache-Control: foo, No-CaChE", "forwarded")]
    [InlineData("5.2.1.4", "max-age=60", 0, "Cache-Control: foo|Cache-Control: no-cache", "forwarded")]
    [InlineData("5.2.1.5", "max-age=60", 0, "Cache-Control: no-store", "hit")]
    [InlineData("5.2.1.6", "max-age=60", 0, "Cache-Control: no-transform", "hit")]
    [InlineData("5.2.1.7", "max-age=60", 0, "Cache-Control: only-if-cached", "hit")]
    [InlineData("5.2.1.7", "max-age=10", 30, "Cache-Control: only-if-cached", "504")]
    [InlineData("5.2.1.7", "max-age=10", 30, "Cache-Control: only-if-cached, max-stale=60", "hit")]
    [InlineData("5.2.3", "max-age=60", 0, "Cache-Control: something=else", "hit")]
    [InlineData("5.2.3", "max-age=60", 0, "Cache-Control: a=\"no-cache\"", "hit")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: no-cache", "forwarded")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: no-cache|Cache-Control: max-age=100", "hit")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: foo", "hit")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: foo, No-Cache", "forwarded")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: foo|Pragma: no-cache", "forwarded")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: no-cached", "hit")]
    [InlineData("5.4", "max-age=60", 0, "Pragma: foo=\"no-cache\"", "hit")]
    public async Task Request_ThatSays_IsAnswered(string rule, string stored, double later, string asks, string expected)
    {
        string path = gateway.Path(RfcGateway.Response($"Cache-Control: {stored}"));
        await gateway.GetAsync(path);
        gateway.Pass(later);

        RawMessage answer = await gateway.GetAsync(path, asks.Split('|'));

        string what = answer.Status == 504 ? "504" : answer.IsHit ? "hit" : "forwarded";
        Assert.True(expected.Contains(what, StringComparison.Ordinal), $"{rule}: {what}");
        Assert.Equal(what == "forwarded" ? 2 : 1, gateway.Fetches(path));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task OnlyIfCached_WithNothingStored_Is504(string method)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60"));

        RawMessage answer = await gateway.SendAsync(method, path, "Cache-Control: only-if-cached");

        Assert.Equal((504, 0), (answer.Status, gateway.Fetches(path)));
    }

    /// <summary>RFC 9111 §5.2.1.5.</summary>
    [Fact]
    public async Task NoStore_OfARequest_KeepsItsResponseOutOfTheStore()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60"));

        await gateway.GetAsync(path, "Cache-Control: no-store");

        Assert.False((await gateway.GetAsync(path)).IsHit);
        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>RFC 9111 §3.5.</summary>
    [Theory]
    [InlineData("max-age=60", false)]
    [InlineData("max-age=60, public", true)]
    [InlineData("max-age=60, must-revalidate", true)]
    [InlineData("s-maxage=60", true)]
    [InlineData("max-age=60, proxy-revalidate", false)]
    [InlineData("public, max-age=60, no-store", false)]
    public async Task Authorization_OfARequest_SharesOnlyWhatTheResponseAllows(string control, bool shared)
    {
        string path = gateway.Path(RfcGateway.Response($"Cache-Control: {control}"));
        await gateway.GetAsync(path, "Authorization: Basic abc");

        Assert.Equal(shared, (await gateway.GetAsync(path)).IsHit);
        await gateway.GetAsync(path);
        Assert.Equal(shared, (await gateway.GetAsync(path, "Authorization: Basic abc")).IsHit);
    }
}
