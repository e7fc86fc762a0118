using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Destinations that follow no grammar, or break off: RFC 9110 §8.6, RFC 9111 §3.3, RFC 9112 §8.</summary>
public sealed class BrokenResponseTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 20\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsho")]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n0\r\n\r\n")]
    public async Task Body_ThatBreaksOff_IsNeverStored(string response)
    {
        string path = gateway.Path((_, number) => number == 0 ? response : RfcGateway.Response("Cache-Control: max-age=60", "whole"));
        await gateway.TryGetAsync(path);

        Assert.Equal("whole", (await gateway.GetAsync(path)).Body);
        Assert.Equal(2, gateway.Fetches(path));
    }

    [Fact]
    public async Task Body_LongerThanItsContentLength_IsCutToIt()
    {
        string path = gateway.Path("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nbody and more");
        await gateway.GetAsync(path);

        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal(("body", true), (hit.Body, hit.IsHit));
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nContent-Length: 4")]
    [InlineData("Content-Length: 4, 4")]
    public async Task ContentLength_SaidTwice_IsSaidOnce_8_6(string lengths)
    {
        string path = gateway.Path($"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n{lengths}\r\n\r\nbody");

        RawMessage first = await gateway.GetAsync(path);

        Assert.True(first.Status is 200 or 502, $"{first.Status}");
        Assert.True(first.Status == 502 || (first["Content-Length"] == "4" && first.Body == "body"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nbody")]
    [InlineData("HTTP/1.0 200 OK\r\nCache-Control: max-age=60\r\n\r\nbody")]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\nX-T: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nCache-Control: no-store\r\n\r\nHTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nbody")]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nbody")]
    public async Task Body_ThatEndsAnyValidWay_IsStored(string response)
    {
        string path = gateway.Path(response);
        await gateway.GetAsync(path);

        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal((200, "body", true, null), (hit.Status, hit.Body, hit.IsHit, hit["Link"]));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nCache-Control: max-a")]
    public async Task Answer_ThatIsNone_Is502AndNotStored(string response)
    {
        string path = gateway.Path((_, number) => number == 0 ? response : RfcGateway.Response("Cache-Control: max-age=60"));

        Assert.Equal(502, (await gateway.GetAsync(path)).Status);
        Assert.Equal(200, (await gateway.GetAsync(path)).Status);
    }

    /// <summary>Fields come back as they were sent, whatever is in them: order within a name, repetition, case of values, bytes above 0x7F.</summary>
    [Fact]
    public async Task Fields_AreServedAsTheyCame_Rfc9111_3_1()
    {
        const string Fields = "X-One: a|X-One: b|X-Empty:|X-Bytes: caf\u00e9 \u00ff|X-Odd: a,,b ;c=\"d\"|Via: 1.1 up|Server: me|Warning: 110 - \"x\"|Allow: GET|Link: <a>; rel=b|"
            + "Content-Language: de|Content-Location: /x|Content-MD5: abc|Retry-After: 3|WWW-Authenticate: Basic realm=\"x\"|Pragma: foo|Cache-Status: up; hit|Surrogate-Control: x|Set-Cookie2: a=b";
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|" + Fields));
        await gateway.GetAsync(path);

        RawMessage hit = await gateway.GetAsync(path);

        Assert.True(hit.IsHit);
        foreach (string line in Fields.Split('|'))
        {
            (string name, string value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            Assert.Contains(value, hit.LinesOf(name));
        }

        Assert.Equal(["a", "b"], hit.LinesOf("X-One"));
    }

    /// <summary>§3.1: fields of one hop are not stored.</summary>
    [Theory]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("Proxy-Connection: x")]
    [InlineData("Proxy-Authenticate: Basic")]
    [InlineData("Proxy-Authentication-Info: x")]
    [InlineData("Upgrade: foo")]
    [InlineData("TE: trailers")]
    public async Task Fields_OfOneHop_AreNotStored(string field)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|" + field));
        await gateway.GetAsync(path);

        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal((true, null), (hit.IsHit, hit[field[..field.IndexOf(':', StringComparison.Ordinal)]]));
    }

    /// <summary>§5.2.2.4, §5.2.2.7: the fields that a directive names are left out of what is stored.</summary>
    [Theory]
    [InlineData("no-cache=\"x-a\"")]
    [InlineData("private=\"X-A\"")]
    [InlineData("no-cache=\"x-b, X-a\"")]
    [InlineData("private=x-a")]
    [InlineData("private=\"x-a\"", "CDN-Cache-Control")]
    [InlineData("no-cache=\"x-b, x-a\"", "CDN-Cache-Control")]
    public async Task Fields_ThatADirectiveNames_AreNotStored(string directive, string field = "Cache-Control")
    {
        string path = gateway.Path(RfcGateway.Response($"{field}: max-age=60, {directive}|X-A: 1|X-C: 2"));
        RawMessage first = await gateway.GetAsync(path);

        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal(("1", true, null, "2"), (first["X-A"], hit.IsHit, hit["X-A"], hit["X-C"]));
    }
}
