using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>Whoever has all of a stored response, and asks again that very moment, is answered from the store.</summary>
public sealed class HitAtOnceTests
{
    private const int Clients = 4;
    private const int UrlsOfEach = 100;
    private static readonly string Body = new('x', 100);
    private static readonly string LongBody = new('x', 70_000);

    [Theory]
    [InlineData(true, false, HttpProtocols.Http1)]
    [InlineData(true, true, HttpProtocols.Http1)]
    [InlineData(false, false, HttpProtocols.Http1)]
    [InlineData(true, false, HttpProtocols.Http2)]
    public async Task SecondRequest_SentWithTheLastByteOfTheFirstAnswer_IsAHit(bool announced, bool large, HttpProtocols protocols)
    {
        string body = large ? LongBody : Body;
        await using Destination destination = await Destination.StartAsync(
            async context =>
            {
                context.Response.Headers.CacheControl = "max-age=600";
                context.Response.ContentLength = announced ? body.Length : null;
                await context.Response.WriteAsync(body);
                if (protocols is HttpProtocols.Http2)
                {
                    // Over HTTP/2 a message is over when its stream says so, whatever its length.
                    await context.Response.Body.FlushAsync();
                    await Task.Delay(1);
                }
            },
            protocols: protocols);
        await using CacheHost gateway = await CacheHost.StartAsync(
            new CachePolicy(), destination.Address, http2: protocols is HttpProtocols.Http2);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));

        RawMessage[][] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => AskTwiceAsync(gateway.Address, client, deadline.Token)));

        Assert.Empty(answers.SelectMany(all => all).Where(answer => !answer.IsHit).Select(answer => answer.CacheStatus).Distinct());
        Assert.All(answers.SelectMany(all => all), answer => Assert.Equal(body, answer.Body));
        Assert.Equal(Clients * UrlsOfEach, destination.Requests.Count);
    }

    /// <summary>Memory answers; Redis gets its copy afterwards.</summary>
    [Fact]
    public async Task SecondRequest_WithRedisBehindMemory_IsAHit()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination destination = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.ContentLength = Body.Length;
            return context.Response.WriteAsync(Body);
        });
        await using CacheHost gateway = await CacheFleet.StartGatewayAsync(new CachePolicy(), destination, redis);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));

        RawMessage[] answers = await AskTwiceAsync(gateway.Address, 0, deadline.Token);

        Assert.Empty(answers.Where(answer => !answer.IsHit).Select(answer => answer.CacheStatus).Distinct());
        Assert.Equal(UrlsOfEach, destination.Requests.Count);
    }

    /// <summary>Over HTTP/1.1 the client library ends a body where its length says; elsewhere nobody does.</summary>
    [Theory]
    [InlineData("GET", 5)]
    [InlineData("GET", 9)]
    [InlineData("GET", 11)]
    [InlineData("POST", 5)]
    [InlineData("POST", 9)]
    [InlineData("POST", 11)]
    public async Task Body_ThatIsNotAsLongAsItsLengthSays_IsNeverStored(string method, int length)
    {
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers.ContentLocation = context.Request.Path.Value;
            foreach (string piece in (string[])["01234", "5678", "9"])
            {
                await context.Response.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        });
        await using CacheHost gateway = await CacheHost.StartAsync(
            new CachePolicy(), destination.Address, transforms: route => route.AddResponseTransform(response =>
            {
                response.HttpContext.Response.ContentLength = length;
                return default;
            }));

        for (int i = 0; i < 20; i++)
        {
            // Broken off, or over before the gateway noticed.
            await Record.ExceptionAsync(() => gateway.SendAsync(method, $"/{i}"));
        }

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(504, (await gateway.GetAsync($"/{i}", "Cache-Control: only-if-cached")).Status);
        }
    }

    /// <summary>Asks for URLs that nobody has asked for yet, each twice in a row, on the same connection and on another in turn; the second answers.</summary>
    private static async Task<RawMessage[]> AskTwiceAsync(string address, int client, CancellationToken cancellation)
    {
        using RawConnection one = await RawConnection.OpenAsync(address, cancellation);
        using RawConnection other = await RawConnection.OpenAsync(address, cancellation);
        var second = new RawMessage[UrlsOfEach];
        for (int i = 0; i < UrlsOfEach; i++)
        {
            await one.GetAsync($"/{client}/{i}", cancellation);
            second[i] = await (i % 2 == 0 ? one : other).GetAsync($"/{client}/{i}", cancellation);
        }

        return second;
    }
}
