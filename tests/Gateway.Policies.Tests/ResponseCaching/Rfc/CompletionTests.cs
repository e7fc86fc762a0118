using System.Globalization;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Stored parts are completed by a range: RFC 9111 §3.3, §3.4, RFC 9110 §13.1.5, §15.3.7.</summary>
public sealed class CompletionTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    private const string Whole = "0123456789";

    [Theory]
    [InlineData("bytes=0-4", "bytes=5-9")]
    [InlineData("bytes=6-9", "bytes=0-5")]
    [InlineData("bytes=0-8", "bytes=9-9")]
    public async Task Whole_OfWhichAPartIsStored_IsCompletedByTheRestOfIt_3_3(string had, string missing)
    {
        string path = gateway.Path((request, _) => Ranged(request, "\"a\""));
        await gateway.GetAsync(path, $"Range: {had}");

        RawMessage whole = await gateway.GetAsync(path);
        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal((missing, "\"a\""), (Closed(gateway.LastRequest(path)["Range"]!), gateway.LastRequest(path)["If-Range"]));
        Assert.Equal(("HTTP/1.1 200 OK", Whole, null), (whole.FirstLine, whole.Body, whole["Content-Range"]));
        Assert.Equal(("10", "gateway; fwd=partial; stored"), (whole["Content-Length"], whole.CacheStatus));
        Assert.Equal((true, Whole), (hit.IsHit, hit.Body));
        Assert.Equal(2, gateway.Fetches(path));
    }

    /// <summary>RFC 9110 §13.1.5: a destination that has something else sends all of it.</summary>
    [Fact]
    public async Task Whole_ThatHasChanged_IsTakenAsItIs_13_1_5()
    {
        string path = gateway.Path((request, number) => number == 0 ? Ranged(request, "\"a\"") : RfcGateway.Response("Cache-Control: max-age=60|ETag: \"b\"", "changed"));
        await gateway.GetAsync(path, "Range: bytes=0-4");

        Assert.Equal("changed", (await gateway.GetAsync(path)).Body);
        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>What does not fit is no answer: the whole is asked for.</summary>
    [Theory]
    [InlineData("HTTP/1.1 206 Partial Content\r\nETag: \"b\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\nwrong")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nETag: W/\"a\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\nwrong")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\nwrong")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\nwrong!")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes 5-9/11\r\nContent-Length: 5\r\n\r\nwrong")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\nwrong")]
    [InlineData("HTTP/1.1 416 Range Not Satisfiable\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n\r\nwrong")]
    public async Task Rest_ThatDoesNotFit_IsNotJoined_3_4(string answer)
    {
        string path = gateway.Path((request, number) => number == 1 ? answer : Ranged(request, "\"a\""));
        await gateway.GetAsync(path, "Range: bytes=0-4");

        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((200, Whole, 3), (whole.Status, whole.Body, gateway.Fetches(path)));
        Assert.Null(gateway.LastRequest(path)["Range"]);
        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    [Theory]
    [InlineData("W/\"a\"", "bytes=0-4")]
    [InlineData(null, "bytes=0-4")]
    [InlineData("\"a\"", "bytes=3-5")]
    public async Task Part_ThatNoOneRangeCompletes_IsNotAskedAbout(string? tag, string had)
    {
        string path = gateway.Path((request, _) => Ranged(request, tag));
        await gateway.GetAsync(path, $"Range: {had}");

        Assert.Equal(Whole, (await gateway.GetAsync(path)).Body);
        Assert.Null(gateway.LastRequest(path)["Range"]);
    }

    /// <summary>§3.3: what came of a 200 that broke off is a part of it, for which nobody pays twice.</summary>
    [Fact]
    public async Task Whole_ThatBrokeOff_IsCompletedByTheRestOfIt_3_3()
    {
        string path = gateway.Path((request, number) => number == 0
            ? "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nETag: \"a\"\r\nX-First: 1\r\nContent-Length: 10\r\n\r\n0123"
            : Ranged(request, "\"a\""));
        await gateway.TryGetAsync(path);

        RawMessage part = await gateway.GetAsync(path, "Range: bytes=1-2");
        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((206, "12", true), (part.Status, part.Body, part.IsHit));
        Assert.Equal((200, Whole, "1", "bytes=4-9"), (whole.Status, whole.Body, whole["X-First"], Closed(gateway.LastRequest(path)["Range"]!)));
        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>A completion that breaks off as well leaves a longer part, and its client nothing that looks whole.</summary>
    [Fact]
    public async Task Completion_ThatBreaksOff_LeavesALongerPart()
    {
        string path = gateway.Path((request, number) => number == 1
            ? "HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nCache-Control: max-age=60\r\nContent-Range: bytes 3-9/10\r\nContent-Length: 7\r\n\r\n34"
            : Ranged(request, "\"a\""));
        await gateway.GetAsync(path, "Range: bytes=0-2");
        await gateway.TryGetAsync(path);

        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((200, Whole, "bytes=5-9"), (whole.Status, whole.Body, Closed(gateway.LastRequest(path)["Range"]!)));
    }

    [Fact]
    public async Task Head_OfWhatIsStoredInPart_IsTheDestinations()
    {
        string path = gateway.Path((request, _) => request.Method == "HEAD" ? RfcGateway.Bodiless("200 OK", "Content-Length: 10") : Ranged(request, "\"a\""));
        await gateway.GetAsync(path, "Range: bytes=0-4");

        RawMessage head = await gateway.SendAsync("HEAD", path);

        Assert.Equal((200, "10", null), (head.Status, head["Content-Length"], gateway.LastRequest(path)["Range"]));
    }

    /// <summary>Answers a range of the whole, and everything else with the whole.</summary>
    private static string Ranged(RawMessage request, string? tag)
    {
        string fields = "Cache-Control: max-age=60" + (tag is null ? "" : $"|ETag: {tag}");
        if (request["Range"] is not { } range)
        {
            return RfcGateway.Response(fields, Whole);
        }

        int[] ends = [.. Closed(range)[6..].Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return RfcGateway.Response($"{fields}|Content-Range: bytes {ends[0]}-{ends[1]}/10", Whole[ends[0]..(ends[1] + 1)], "206 Partial Content");
    }

    private static string Closed(string range) => range.EndsWith('-') ? range + "9" : range;
}
