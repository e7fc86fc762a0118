using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Destinations that send a header section and nothing of the body it announces: RFC 9110 §15.6.3.</summary>
public sealed class BrokenHeadTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("Cache-Control: max-age=60\r\nContent-Length: 4")]
    [InlineData("Cache-Control: max-age=60\r\nTransfer-Encoding: chunked")]
    [InlineData("Cache-Control: no-store\r\nContent-Length: 4")]
    [InlineData("X-Nothing: said\r\nContent-Length: 9999999")]
    public async Task Body_OfWhichNothingComes_Is502AndNotStored(string fields)
    {
        string path = gateway.Path((_, number) => number == 0
            ? $"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n"
            : RfcGateway.Response("Cache-Control: max-age=60"));

        RawMessage broken = await gateway.GetAsync(path);
        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((502, "application/problem+json", "no-store"), (broken.Status, broken["Content-Type"], broken["Cache-Control"]));
        Assert.Contains("\"status\":502", broken.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("stored", broken.CacheStatus, StringComparison.Ordinal);
        Assert.Equal((200, "body", false), (whole.Status, whole.Body, whole.IsHit));
    }

    /// <summary>RFC 9111 §4.2.4: no answer, as far as the client is concerned, so that the stale response may stand in.</summary>
    [Fact]
    public async Task Body_OfWhichNothingComes_IsReplacedByAStaleResponse()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=1"), "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\n");
        await gateway.GetAsync(path);
        gateway.Pass(10);

        RawMessage stale = await gateway.GetAsync(path);

        Assert.Equal((200, "body"), (stale.Status, stale.Body));
    }

    /// <summary>RFC 9110 §8.6: a 304 announces the length of the body that it does not have.</summary>
    [Theory]
    [InlineData("Content-Length: 4")]
    [InlineData("X-No: length")]
    public async Task NotModified_ThatSaysALength_IsPassedOn(string length)
    {
        string path = gateway.Path((request, _) => request["If-None-Match"] is null
            ? RfcGateway.Response("Cache-Control: no-store|ETag: \"a\"")
            : RfcGateway.Bodiless("304 Not Modified", $"ETag: \"a\"|Cache-Control: no-store|{length}"));
        await gateway.GetAsync(path);

        RawMessage answer = await gateway.GetAsync(path, "If-None-Match: \"a\"");

        Assert.Equal((304, "", "\"a\""), (answer.Status, answer.Body, answer["ETag"]));
    }
}
