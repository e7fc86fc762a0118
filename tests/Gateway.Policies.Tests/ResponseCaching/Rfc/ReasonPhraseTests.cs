using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Reason phrases are passed on and stored: RFC 9112 §4.</summary>
public sealed class ReasonPhraseTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("299 Custom")]
    [InlineData("200 Fine And Well")]
    [InlineData("404 Never Heard Of It")]
    [InlineData("200 OK")]
    public async Task Phrase_OfTheDestination_IsPassedOnAndStored(string status)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60", status: status));

        RawMessage first = await gateway.GetAsync(path);
        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal(($"HTTP/1.1 {status}", false), (first.FirstLine, first.IsHit));
        Assert.Equal(($"HTTP/1.1 {status}", true), (hit.FirstLine, hit.IsHit));
    }

    [Theory]
    [InlineData("Cache-Control: no-store")]
    [InlineData("Cache-Control: private")]
    public async Task Phrase_OfWhatIsNotStored_IsPassedOn(string fields)
    {
        string path = gateway.Path(RfcGateway.Response(fields, status: "299 Custom"));

        Assert.Equal("HTTP/1.1 299 Custom", (await gateway.GetAsync(path)).FirstLine);
        Assert.Equal("HTTP/1.1 299 Custom", (await gateway.GetAsync(path)).FirstLine);
    }

    /// <summary>It belongs to the stored status: a range, a 304 or an error says its own.</summary>
    [Fact]
    public async Task Phrase_OfAStoredResponse_IsNotThatOfAnotherStatus()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\"", "0123456789", "200 Fine"));
        await gateway.GetAsync(path);

        Assert.Equal("HTTP/1.1 206 Partial Content", (await gateway.GetAsync(path, "Range: bytes=0-1")).FirstLine);
        Assert.Equal("HTTP/1.1 304 Not Modified", (await gateway.GetAsync(path, "If-None-Match: \"a\"")).FirstLine);
        Assert.Equal("HTTP/1.1 416 Range Not Satisfiable", (await gateway.GetAsync(path, "Range: bytes=20-")).FirstLine);
        Assert.Equal("HTTP/1.1 200 Fine", (await gateway.SendAsync("HEAD", path)).FirstLine);
    }

    [Fact]
    public async Task Phrase_OfAValidatedResponse_StaysTheStoredOne()
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=1|ETag: \"a\"", status: "200 Fine"), RfcGateway.Bodiless("304 Same Still", "Cache-Control: max-age=60|ETag: \"a\""));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        Assert.Equal("HTTP/1.1 200 Fine", (await gateway.GetAsync(path)).FirstLine);
        Assert.Equal("HTTP/1.1 200 Fine", (await gateway.GetAsync(path)).FirstLine);
    }
}
