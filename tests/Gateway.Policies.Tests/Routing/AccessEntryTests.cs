using System.Net;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.Routing;

public sealed class AccessEntryTests
{
    private const string HashOfTest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData(" 203.0.113.7 ", "203.0.113.7/32")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("header:X-Api-Key=test", $"Header:X-Api-Key=sha256:{HashOfTest}")]
    [InlineData($"Header:X-Api-Key=SHA256:{HashOfTest}", $"Header:X-Api-Key=sha256:{HashOfTest}")]
    public void TryParse_OfAnEntry_ShowsNoKey(string text, string shown)
    {
        Assert.True(AccessEntry.TryParse(text, out AccessEntry? entry));
        Assert.Equal(shown, entry.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0/8")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.1:80")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("example.com")]
    [InlineData("Header:X-Api-Key")]
    [InlineData("Header:X-Api-Key=")]
    [InlineData("Header:=a")]
    [InlineData("Header:X Key=a")]
    [InlineData("Header:X-Api-Key=sha256:123")]
    public void TryParse_OfAnythingElse_IsFalse(string text) => Assert.False(AccessEntry.TryParse(text, out _));

    [Theory]
    [InlineData("10.2.3.4", null, true)]
    [InlineData("11.2.3.4", null, false)]
    [InlineData("::ffff:10.2.3.4", null, true)]
    [InlineData("2001:db8::9", null, true)]
    [InlineData("11.2.3.4", "good", true)]
    [InlineData("11.2.3.4", "Good", false)]
    [InlineData("11.2.3.4", "test", true)]
    [InlineData("11.2.3.4", "good,test", false)]
    public void Contains_ByAddressOrKey_IsExact(string peer, string? key, bool contained)
    {
        AccessList list = AccessList.Compile(Entries("10.0.0.0/8", "2001:db8::/32", "Header:X-Api-Key=good", $"Header:x-api-key=sha256:{HashOfTest}"))!;
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(peer) } };
        context.Request.Headers["X-Api-Key"] = key;

        Assert.Equal(contained, list.Contains(context, []));
    }

    [Fact]
    public void Contains_HeaderOf64Kilobytes_MatchesNothing()
    {
        AccessList list = AccessList.Compile(Entries("Header:X-Api-Key=good"))!;
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Api-Key"] = new string('k', 1 << 16);

        Assert.False(list.Contains(context, []));
    }

    [Fact]
    public void Compile_OfNoEntries_IsNothingToAsk() => Assert.Null(AccessList.Compile([]));

    private static AccessEntry[] Entries(params string[] texts) =>
        [.. texts.Select(text => AccessEntry.TryParse(text, out AccessEntry? entry) ? entry : throw new ArgumentException(text))];
}
