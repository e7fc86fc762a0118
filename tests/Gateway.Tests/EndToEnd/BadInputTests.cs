using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>What a client can send that it should not: a clear 4xx, never a 500, and the gateway goes on.</summary>
public sealed class BadInputTests(ForwardingFixture fixture) : IClassFixture<ForwardingFixture>
{
    [Fact]
    public async Task Route_NoneMatches_Is404Problem()
    {
        using var file = new RoutesFile(Settings.CatchAll(fixture.Api.Address).Replace("/{**rest}", "/only", StringComparison.Ordinal));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);
        using HttpResponseMessage response = await gateway.Client.GetAsync("/other");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Body_StatedTooLarge_Is413Problem()
    {
        using var body = new ByteArrayContent(new byte[2048]);
        using HttpResponseMessage response = await fixture.Gateway.Client.PostAsync("/small", body);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Body_ChunkedTooLarge_Is413Problem()
    {
        string answer = await RawHttp.SendAsync(
            fixture.Gateway.Address,
            "POST /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + new string('x', 2048) + "\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /%ff%fe/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /%c3%28 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /a%00b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: \u00ff\u00fe garbage ,,, =\r\n\r\n")]
    [InlineData("GET /cached/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCache-Control: \"\"\"max-age=,,=;\r\nIf-None-Match: W/\"\"\"\r\nRange: bytes=9-1\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n")]
    [InlineData("BREW /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://a/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    [InlineData("garbage\r\n\r\n")]
    public async Task Request_Malformed_IsNeverA5xx(string request)
    {
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, request);

        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.InRange(int.Parse(answer.AsSpan(9, 3)), 200, 499);
        Assert.True((await fixture.Gateway.Client.GetAsync("/alive")).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("Cookie", 10_000, "a=b")]
    [InlineData("X-Long", 1, null)]
    public async Task Headers_FarTooMany_AreRefusedWith4xx(string name, int lines, string? value)
    {
        string fields = string.Concat(Enumerable.Repeat($"{name}: {value ?? new string('x', 70_000)}\r\n", lines));

        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, $"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n");

        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Url_Of100Kilobytes_Is414()
    {
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, $"GET /{new string('x', 100_000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414", answer, StringComparison.Ordinal);
    }
}
