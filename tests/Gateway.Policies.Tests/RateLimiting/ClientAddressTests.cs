using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

public sealed class ClientAddressTests
{
    private static readonly IPNetwork[] Trusted = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];

    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.2.3.4, 198.51.100.1 , 10.0.0.2", "198.51.100.1")]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    [InlineData("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.1", "[2001:db8::1]", "2001:db8::1")]
    [InlineData("fd00::1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "198.51.100.1, garbage, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "garbage", "10.0.0.1")]
    [InlineData("10.0.0.1", "unknown, 198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "127.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "010.0.0.7", "10.0.0.1")]
    [InlineData("10.0.0.1", "fe80::1%eth0", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, , ", "198.51.100.1")]
    [InlineData("10.0.0.1", "[198.51.100.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1:99999999", "10.0.0.1")]
    [InlineData(null, "198.51.100.1", "127.0.0.1")]
    public void Of_ARequest_IsTheFirstHopNobodyVouchesFor(string? peer, string? forwarded, string client)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer) } };
        context.Request.Headers["X-Forwarded-For"] = forwarded;

        Assert.Equal(client, ClientAddress.Of(context, Trusted).ToString());
    }

    [Fact]
    public void Of_RepeatedHeaders_ReadsThemAsOne()
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("10.0.0.1") } };
        context.Request.Headers["X-Forwarded-For"] = new[] { "1.2.3.4, 198.51.100.1", "10.0.0.3", "10.0.0.2" };

        Assert.Equal("198.51.100.1", ClientAddress.Of(context, Trusted).ToString());
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void Address_AsAPartition_IsTheSubscriber(string address, string partition) =>
        Assert.Equal(partition, PartitionReader.Address(IPAddress.Parse(address), 64));
}
