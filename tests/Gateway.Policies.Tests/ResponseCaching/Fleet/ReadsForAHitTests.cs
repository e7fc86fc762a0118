using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fleet;

/// <summary>What a hit costs in Redis where memory has nothing: one command.</summary>
public sealed class ReadsForAHitTests
{
    private const string Host = "Host: shop.example";

    [Theory]
    [InlineData(null, null)]
    [InlineData("Accept-Language", null)]
    [InlineData("Accept-Language", "gzip")]
    public async Task Hit_OfAnEntryThatAnotherGatewayStored_IsOneCommand(string? vary, string? encoding)
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(new CachePolicy(), context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers.Vary = vary;
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.WriteAsync($"answer {context.Request.Path}");
        });
        for (int i = 0; i <= 20; i++)
        {
            await fleet.One.GetAsync($"/{i}", Host, "Accept-Language: de", "Accept-Encoding: gzip");
        }

        await Eventually.TrueAsync(async () =>
            (await RedisCalls.KeysAsync(fleet.Redis, "gw:c:1:*")).Length == 21 && await RedisCalls.LeasesAsync(fleet.Redis) == 0, TimeSpan.FromSeconds(60));
        // What the responses of a route vary by is learnt from the first.
        await fleet.Two.GetAsync("/0", Host, "Accept-Language: de", "Accept-Encoding: gzip");
        await RedisCalls.ResetAsync(fleet.Redis);

        for (int i = 1; i <= 20; i++)
        {
            Answer answer = await fleet.Two.GetAsync($"/{i}", Host, "Accept-Language: de", "Accept-Encoding: gzip");
            Assert.Equal((true, $"answer /{i}"), (answer.IsHit, answer.Body));
        }

        Assert.Equal([new("hmget", 20)], await RedisCalls.CountAsync(fleet.Redis));
    }

    [Fact]
    public async Task Hit_OfAnotherVariant_IsNotTakenForTheRightOne()
    {
        await using CacheFleet fleet = await CacheFleet.StartAsync(new CachePolicy(), context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers.Vary = context.Request.Path == "/plain" ? default : "Accept-Language";
            return context.Response.WriteAsync($"{context.Request.Path} {context.Request.Headers.AcceptLanguage}");
        });
        foreach (string language in (string[])["de", "fr"])
        {
            await fleet.One.GetAsync("/a", Host, $"Accept-Language: {language}");
            await fleet.One.GetAsync("/plain", Host, $"Accept-Language: {language}");
        }

        foreach (string language in (string[])["fr", "de", "it"])
        {
            Assert.Equal($"/a {language}", (await fleet.Two.GetAsync("/a", Host, $"Accept-Language: {language}")).Body);
            Assert.Equal("/plain de", (await fleet.Two.GetAsync("/plain", Host, $"Accept-Language: {language}")).Body);
        }
    }
}
