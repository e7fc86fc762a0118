using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.Rejections;

public sealed class TraceIdTests
{
    [Fact]
    public void Of_ClientsTraceParent_IsItsTraceId() =>
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", Of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

    [Theory]
    [InlineData("")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-<script>alert(1)</script>0000000-00f067aa0ba902b7-01")]
    public void Of_NoValidTraceParent_IsTheConnectionsOwn(string given) => Assert.Equal("connection:1", Of(given));

    [Fact]
    public void Of_HostThatNamesRequestsAsItLikes_IsHarmlessInJson() =>
        Assert.Equal("22c3a922", TraceId.Of(new DefaultHttpContext { TraceIdentifier = "\"é\"" }));

    private static string Of(string traceParent)
    {
        var context = new DefaultHttpContext { TraceIdentifier = "connection:1" };
        context.Request.Headers.TraceParent = traceParent;
        return TraceId.Of(context);
    }
}
