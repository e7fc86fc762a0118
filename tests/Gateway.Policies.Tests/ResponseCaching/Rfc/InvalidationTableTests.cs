using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Invalidation by unsafe methods: RFC 9111 §4.4.</summary>
public sealed class InvalidationTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("POST", "200 OK", true)]
    [InlineData("PUT", "204 No Content", true)]
    [InlineData("DELETE", "200 OK", true)]
    [InlineData("PATCH", "200 OK", true)]
    [InlineData("M-SEARCH", "200 OK", true)]
    [InlineData("FOO", "200 OK", true)]
    [InlineData("POST", "201 Created", true)]
    [InlineData("POST", "303 See Other", true)]
    [InlineData("PUT", "302 Found", true)]
    [InlineData("FOO", "307 Temporary Redirect", true)]
    [InlineData("DELETE", "404 Not Found", false)]
    [InlineData("POST", "502 Bad Gateway", false)]
    [InlineData("POST", "299 Strange", true)]
    [InlineData("POST", "400 Bad Request", false)]
    [InlineData("PUT", "404 Not Found", false)]
    [InlineData("DELETE", "500 Oops", false)]
    [InlineData("PATCH", "503 Busy", false)]
    [InlineData("FOO", "599 Strange", false)]
    [InlineData("OPTIONS", "200 OK", false)]
    [InlineData("TRACE", "200 OK", false)]
    public async Task Method_ThatIsUnsafeAndSucceeds_Invalidates(string method, string status, bool invalidated)
    {
        string location = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600"));
        string content = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600"));
        string path = gateway.Path((request, _) => request.Method == "GET" ? RfcGateway.Response("Cache-Control: max-age=3600|Vary: Foo")
            : status.StartsWith("204", StringComparison.Ordinal) ? RfcGateway.Bodiless(status, $"Location: {location}|Content-Location: {gateway.Origin}{content}")
            : RfcGateway.Response($"Location: {location}|Content-Location: {gateway.Origin}{content}", "", status));
        await gateway.GetAsync(path, "Foo: 1");
        await gateway.GetAsync(path, "Foo: 2");
        await gateway.GetAsync(location);
        await gateway.GetAsync(content);

        RawMessage changed = await gateway.SendAsync(method, path, "Content-Length: 0");

        Assert.Equal(status[..3], changed.FirstLine.Split(' ')[1]);
        Assert.Equal(!invalidated, (await gateway.GetAsync(path, "Foo: 1")).IsHit);
        Assert.Equal(!invalidated, (await gateway.GetAsync(path, "Foo: 2")).IsHit);
        Assert.Equal(!invalidated, (await gateway.GetAsync(location)).IsHit);
        Assert.Equal(!invalidated, (await gateway.GetAsync(content)).IsHit);
    }

    /// <summary>Another origin's URIs are not this response's to invalidate.</summary>
    [Theory]
    [InlineData("http://other.example")]
    [InlineData("https://{host}")]
    [InlineData("http://{host}0")]
    public async Task Location_OnAnotherOrigin_IsLeftAlone(string origin)
    {
        string kept = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600"));
        string path = gateway.Path(RfcGateway.Response($"Location: {origin.Replace("{host}", gateway.Origin[7..], StringComparison.Ordinal)}{kept}", ""));
        await gateway.GetAsync(kept);

        await gateway.SendAsync("POST", path, "Content-Length: 0");

        Assert.True((await gateway.GetAsync(kept)).IsHit);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("?a=1")]
    [InlineData("/")]
    public async Task Method_OnAnotherUri_InvalidatesNothingElse(string suffix)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600"));
        gateway.On(path + suffix, (_, _) => RfcGateway.Response("X-A: b", ""));
        await gateway.GetAsync(path);

        await gateway.SendAsync("POST", path + suffix, "Content-Length: 0");

        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("FOO")]
    [InlineData("OPTIONS")]
    public async Task Method_OtherThanGetAndHead_IsNeverAnsweredFromTheStore(string method)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600"));
        await gateway.SendAsync(method, path, "Content-Length: 0");

        Assert.Equal(200, (await gateway.SendAsync(method, path, "Content-Length: 0")).Status);
        Assert.Equal(2, gateway.Fetches(path));
        Assert.False((await gateway.GetAsync(path)).IsHit);
    }
}
