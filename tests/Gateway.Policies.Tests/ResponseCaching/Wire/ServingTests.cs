using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class ServingTests
{
    [Fact]
    public async Task Get_OfAFreshResponse_IsServedFromTheStoreTheSecondTime()
    {
        int fetches = 0;
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync($"answer {Interlocked.Increment(ref fetches)}");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { Name = "c" }, destination.Address);

        Answer first = await gateway.GetAsync("/a");
        Answer second = await gateway.GetAsync("/a");

        Assert.Equal("gateway; fwd=uri-miss; stored", first.CacheStatus);
        Assert.StartsWith("gateway; hit; ttl=", second.CacheStatus, StringComparison.Ordinal);
        Assert.Equal("answer 1", second.Body);
        Assert.Equal("0", second.Fields["Age"]);
        Assert.Single(destination.Requests);
    }
}
