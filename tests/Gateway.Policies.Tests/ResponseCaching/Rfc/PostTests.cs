using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Responses to POST that answer later GETs: RFC 9110 §9.3.3, RFC 9111 §3.</summary>
public sealed class PostTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("Cache-Control: max-age=60|Content-Location: {path}", "200 OK", true)]
    [InlineData("Cache-Control: s-maxage=60|Content-Location: {origin}{path}", "200 OK", true)]
    [InlineData("Expires: {now+60}|Content-Location: {path}", "200 OK", true)]
    [InlineData("Cache-Control: max-age=60", "200 OK", false)]
    [InlineData("Cache-Control: max-age=60|Content-Location: /other", "200 OK", false)]
    [InlineData("Cache-Control: max-age=60|Content-Location: {path}?a", "200 OK", false)]
    [InlineData("Cache-Control: max-age=60|Content-Location: http://other.example{path}", "200 OK", false)]
    [InlineData("Last-Modified: {now-36000}|Content-Location: {path}", "200 OK", false)]
    [InlineData("Cache-Control: max-age=0|ETag: \"a\"|Content-Location: {path}", "200 OK", false)]
    [InlineData("Cache-Control: private, max-age=60|Content-Location: {path}", "200 OK", false)]
    [InlineData("Cache-Control: no-store, max-age=60|Content-Location: {path}", "200 OK", false)]
    [InlineData("Cache-Control: max-age=60|Set-Cookie: a=b|Content-Location: {path}", "200 OK", false)]
    [InlineData("Cache-Control: max-age=60|Vary: *|Content-Location: {path}", "200 OK", false)]
    [InlineData("Cache-Control: max-age=60|Content-Location: {path}", "201 Created", false)]
    [InlineData("Cache-Control: max-age=60|Content-Location: {path}", "404 Not Found", false)]
    public async Task Post_ThatSaysItIsWhatAGetBrings_IsStored_9_3_3(string fields, string status, bool stored)
    {
        string path = gateway.Path((request, _) => request.Method == "POST"
            ? RfcGateway.Response(fields.Replace("{path}", request.Target, StringComparison.Ordinal).Replace("{origin}", gateway.Origin, StringComparison.Ordinal), "posted", status)
            : RfcGateway.Response("X-A: b", "got"));

        RawMessage posted = await gateway.SendAsync("POST", path, "Content-Length: 0");
        RawMessage head = await gateway.SendAsync("HEAD", path);
        RawMessage get = await gateway.GetAsync(path);

        Assert.Equal((int.Parse(status[..3], null), "posted", "gateway; fwd=method"), (posted.Status, posted.Body, posted.CacheStatus));
        Assert.Equal((stored, stored), (head.IsHit, get.IsHit));
        Assert.Equal(stored ? "posted" : "got", get.Body);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{fields}\r\n\r\n3\r\npos\r\n3\r\nted\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\n{fields}\r\n\r\nposted", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{fields}\r\n\r\n6\r\nposted\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n{fields}\r\n\r\nposted", false)]
    public async Task Post_IsStoredOnlyWhole_3_3(string response, bool stored)
    {
        string path = gateway.Path((request, _) => request.Method == "POST"
            ? response.Replace("{fields}", $"Cache-Control: max-age=60\r\nContent-Location: {request.Target}", StringComparison.Ordinal)
            : RfcGateway.Response("X-A: b", "got"));
        try
        {
            await gateway.SendAsync("POST", path, "Content-Length: 0");
        }
        catch (InvalidDataException)
        {
            // What breaks off may reach the client as nothing at all.
        }

        Assert.Equal(stored, (await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>RFC 9111 §4: every POST reaches the destination, and the last one's answer is the one that stands.</summary>
    [Fact]
    public async Task Post_AfterOneThatIsStored_IsForwardedAndReplacesIt_4()
    {
        string path = gateway.Path((request, number) => RfcGateway.Response($"Cache-Control: max-age=60|Content-Location: {request.Target}", $"answer {number}"));
        await gateway.SendAsync("POST", path, "Content-Length: 0");
        RawMessage second = await gateway.SendAsync("POST", path, "Content-Length: 0");

        RawMessage get = await gateway.GetAsync(path);

        Assert.Equal("answer 1", second.Body);
        Assert.Equal(("answer 1", true), (get.Body, get.IsHit));
    }

    /// <summary>RFC 9111 §3.5, and what could answer for another URI than the key says.</summary>
    [Theory]
    [InlineData("Authorization: Basic abc")]
    [InlineData("Cache-Control: no-store")]
    [InlineData("X-HTTP-Method-Override: DELETE")]
    [InlineData("X-Original-URL: /admin")]
    public async Task Post_OfARequestThatMayNotBeStored_IsNot(string field)
    {
        string path = gateway.Path((request, _) => RfcGateway.Response($"Cache-Control: max-age=60|Content-Location: {request.Target}", request.Method));
        await gateway.SendAsync("POST", path, "Content-Length: 0", field);

        Assert.Equal("GET", (await gateway.GetAsync(path)).Body);
    }

    [Fact]
    public async Task Post_ThatVaries_IsStoredForItsOwnFields_4_1()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response($"Cache-Control: max-age=60|Vary: Foo|Content-Location: {request.Target}", request.Method));
        await gateway.SendAsync("POST", path, "Content-Length: 0", "Foo: 1");

        Assert.Equal("POST", (await gateway.GetAsync(path, "Foo: 1")).Body);
        Assert.Equal("GET", (await gateway.GetAsync(path, "Foo: 2")).Body);
    }
}
