using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>When a stale response may be served: RFC 9111 §4.2.4, §4.3.3, RFC 5861.</summary>
public sealed class StaleTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("max-age=1", "close", 200)]
    [InlineData("max-age=1, stale-if-error=60", "close", 200)]
    [InlineData("max-age=1, stale-if-error=1", "close", 502)]
    [InlineData("max-age=1, stale-if-error=60", "500", 200)]
    [InlineData("max-age=1, stale-if-error=60", "502", 200)]
    [InlineData("max-age=1, stale-if-error=60", "503", 200)]
    [InlineData("max-age=1, stale-if-error=60", "504", 200)]
    [InlineData("max-age=1, stale-if-error=1", "503", 503)]
    [InlineData("max-age=1, stale-if-error=60", "404", 404)]
    [InlineData("max-age=1, stale-if-error=60", "501", 501)]
    [InlineData("max-age=1, stale-if-error=60, must-revalidate", "503", 503)]
    [InlineData("max-age=1, stale-if-error=60, proxy-revalidate", "503", 503)]
    [InlineData("s-maxage=1, stale-if-error=60", "503", 503)]
    [InlineData("no-cache, stale-if-error=60", "503", 503)]
    [InlineData("max-age=1, must-revalidate", "close", 504)]
    [InlineData("max-age=1, proxy-revalidate", "close", 504)]
    [InlineData("s-maxage=1", "close", 504)]
    [InlineData("max-age=1, no-cache", "close", 502)]
    [InlineData("max-age=1", "503", 503)]
    public async Task Failure_OfTheDestination_IsReplacedByAStaleResponseWhereAllowed(string control, string failure, int status)
    {
        string path = gateway.Path((_, number) => number == 0 ? RfcGateway.Response($"Cache-Control: {control}|ETag: \"a\"")
            : failure == "close" ? "" : RfcGateway.Response("X-A: b", "failed", $"{failure} Failed"));
        await gateway.GetAsync(path);
        gateway.Pass(10);

        RawMessage answer = await gateway.GetAsync(path);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, answer.Body == "body");
    }

    /// <summary>RFC 9111 §5.2.2.2: what must be validated and cannot be is a gateway timeout; also where the destination breaks off.</summary>
    [Fact]
    public async Task MustRevalidate_WithADestinationThatBreaksOff_Is504AndKept()
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=1, must-revalidate|ETag: \"a\""), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n",
            RfcGateway.Bodiless("304 Not Modified", "ETag: \"a\""));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        RawMessage failed = await gateway.GetAsync(path);
        RawMessage validated = await gateway.GetAsync(path);

        Assert.Equal((504, "application/problem+json"), (failed.Status, failed["Content-Type"]));
        Assert.Equal((200, "body"), (validated.Status, validated.Body));
    }

    /// <summary>RFC 5861 §4: a request may allow it as well; what the response forbids stays forbidden.</summary>
    [Theory]
    [InlineData("max-age=1", "stale-if-error=60", 200)]
    [InlineData("max-age=1", "stale-if-error=5", 503)]
    [InlineData("max-age=1", "stale-if-error", 503)]
    [InlineData("max-age=1, must-revalidate", "stale-if-error=60", 503)]
    [InlineData("s-maxage=1", "stale-if-error=60", 503)]
    [InlineData("no-cache", "stale-if-error=60", 503)]
    public async Task StaleIfError_OfARequest_AllowsAStaleResponse(string control, string asks, int status)
    {
        string path = gateway.Path(RfcGateway.Response($"Cache-Control: {control}|ETag: \"a\""), RfcGateway.Response("X-A: b", "failed", "503 Failed"));
        await gateway.GetAsync(path);
        gateway.Pass(10);

        Assert.Equal(status, (await gateway.GetAsync(path, $"Cache-Control: {asks}")).Status);
    }

    /// <summary>HEAD meets the same rules as GET: what is stored stands in, or the validation that cannot be had is a 504.</summary>
    [Theory]
    [InlineData("max-age=1", "close", 200)]
    [InlineData("max-age=1, stale-if-error=60", "503", 200)]
    [InlineData("max-age=1", "503", 503)]
    [InlineData("max-age=1, must-revalidate", "close", 504)]
    [InlineData("max-age=1, proxy-revalidate", "close", 504)]
    [InlineData("s-maxage=1", "close", 504)]
    [InlineData("s-maxage=1", "503", 503)]
    [InlineData("max-age=1, stale-if-error=5", "close", 502)]
    public async Task Failure_OfTheDestination_OnAHead_IsReplacedWhereAllowed(string control, string failure, int status)
    {
        string path = gateway.Path((_, number) => number == 0 ? RfcGateway.Response($"Cache-Control: {control}|ETag: \"a\"|X-A: b")
            : failure == "close" ? "" : RfcGateway.Bodiless($"{failure} Failed", "Content-Length: 9|X-Failed: 1"));
        await gateway.GetAsync(path);
        gateway.Pass(10);

        RawMessage answer = await gateway.SendAsync("HEAD", path);

        Assert.Equal((status, ""), (answer.Status, answer.Body));
        Assert.True(status != 200 || answer is { } head && head["Content-Length"] == "4" && head["X-A"] == "b" && head["Age"] == "10" && head["X-Failed"] is null);
        Assert.Contains("fwd=stale", answer.CacheStatus, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("max-age=1, stale-while-revalidate=60", 10, true)]
    [InlineData("max-age=1, stale-while-revalidate=5", 10, false)]
    [InlineData("max-age=1, stale-while-revalidate=60, must-revalidate", 10, false)]
    [InlineData("max-age=1, stale-while-revalidate=x", 10, false)]
    [InlineData("max-age=1, stale-while-revalidate", 10, false)]
    public async Task StaleWhileRevalidate_ServesTheStaleAndFetchesBehind(string control, double later, bool served)
    {
        string path = gateway.Path((_, number) => RfcGateway.Response($"Cache-Control: {control}", $"answer {number}"));
        await gateway.GetAsync(path);
        gateway.Pass(later);

        RawMessage second = await gateway.GetAsync(path);
        await Eventually.TrueAsync(() => gateway.Fetches(path) == 2);

        Assert.Equal(served ? "answer 0" : "answer 1", second.Body);
        await Eventually.TrueAsync(async () => (await gateway.GetAsync(path)).Body == "answer 1");
    }

    /// <summary>RFC 9111 §5.2.1.1: who asks for a maximum age is not given something older.</summary>
    [Fact]
    public async Task StaleWhileRevalidate_YieldsToARequestThatWantsFreshness()
    {
        string path = gateway.Path((_, number) => RfcGateway.Response("Cache-Control: max-age=1, stale-while-revalidate=60", $"answer {number}"));
        await gateway.GetAsync(path);
        gateway.Pass(10);

        Assert.Equal("answer 1", (await gateway.GetAsync(path, "Cache-Control: max-age=5")).Body);
    }
}
