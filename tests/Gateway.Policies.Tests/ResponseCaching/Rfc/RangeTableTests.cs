using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Ranges from what is stored, whole or in part: RFC 9110 §14, §13.1.5, RFC 9111 §3.3, §3.4.</summary>
public sealed class RangeTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    private const string Whole = "0123456789";
    private const string Old = "Sun, 06 Nov 1994 08:49:37 GMT";

    [Theory]
    [InlineData("bytes=0-3", 206, "0123", "bytes 0-3/10")]
    [InlineData("bytes=2-", 206, "23456789", "bytes 2-9/10")]
    [InlineData("bytes=-2", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=-20", 206, Whole, "bytes 0-9/10")]
    [InlineData("bytes=8-100", 206, "89", "bytes 8-9/10")]
    [InlineData("Bytes=0-0", 206, "0", "bytes 0-0/10")]
    [InlineData("bytes=10-", 416, null, "bytes */10")]
    [InlineData("bytes=0-1,3-4", 200, Whole, null)]
    [InlineData("bytes=0-1, 20-30", 200, Whole, null)]
    [InlineData("bytes=20-30, 40-", 200, Whole, null)]
    [InlineData("bytes=-0", 416, null, "bytes */10")]
    [InlineData("bytes=5-2", 200, Whole, null)]
    [InlineData("bytes=a-b", 200, Whole, null)]
    [InlineData("bytes=", 200, Whole, null)]
    [InlineData("bytes", 200, Whole, null)]
    [InlineData("lines=0-1", 200, Whole, null)]
    public async Task Range_OfAStoredWhole_IsCutFromIt(string range, int status, string? body, string? contentRange)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\"|Content-Type: text/plain", Whole));
        await gateway.GetAsync(path);

        RawMessage answer = await gateway.GetAsync(path, $"Range: {range}");

        Assert.Equal((status, contentRange), (answer.Status, answer["Content-Range"]));
        Assert.Equal(body ?? answer.Body, answer.Body);
        Assert.True(status == 416 || (answer["ETag"] == "\"a\"" && answer["Content-Type"] == "text/plain" && answer["Age"] is not null));
        Assert.Equal(1, gateway.Fetches(path));
    }

    [Theory]
    [InlineData("ETag: \"a\"", "\"a\"", 206)]
    [InlineData("ETag: \"a\"", "\"b\"", 200)]
    [InlineData("ETag: W/\"a\"", "W/\"a\"", 200)]
    [InlineData("ETag: \"a\"", "W/\"a\"", 200)]
    [InlineData("Last-Modified: " + Old, Old, 206)]
    [InlineData("Last-Modified: " + Old, "Sun, 06 Nov 1994 08:49:38 GMT", 200)]
    [InlineData("Last-Modified: {now}", "{now}", 200)]
    [InlineData("X-No: validator", "nonsense", 200)]
    public async Task IfRange_NamesExactlyWhatIsStoredOrTheWholeComes_13_1_5(string stored, string condition, int status)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|" + stored, Whole));
        await gateway.GetAsync(path);

        Assert.Equal(status, (await gateway.GetAsync(path, "Range: bytes=0-1", $"If-Range: {condition}")).Status);
        Assert.Equal(1, gateway.Fetches(path));
    }

    [Theory]
    [InlineData("bytes=0-4", true, "01234", "bytes 0-4/10")]
    [InlineData("bytes=1-2", true, "12", "bytes 1-2/10")]
    [InlineData("bytes=0-5", false, null, null)]
    [InlineData("bytes=3-", false, null, null)]
    [InlineData("bytes=-10", false, null, null)]
    [InlineData("bytes=7-8", false, null, null)]
    public async Task Part_ThatIsStored_AnswersRangesWithinIt(string range, bool hit, string? body, string? contentRange)
    {
        string path = gateway.Path(Part(0, 4), RfcGateway.Response("Cache-Control: max-age=60", Whole));
        RawMessage first = await gateway.GetAsync(path, "Range: bytes=0-4");

        RawMessage answer = await gateway.GetAsync(path, $"Range: {range}");

        Assert.Equal((206, "01234", "bytes 0-4/10"), (first.Status, first.Body, first["Content-Range"]));
        Assert.Equal(hit, answer.IsHit);
        Assert.Equal(body ?? Whole, answer.Body);
        Assert.Equal(contentRange, answer["Content-Range"]);
    }

    /// <summary>§3.3: a part is never taken for the whole.</summary>
    [Fact]
    public async Task Part_ThatIsStored_DoesNotAnswerARequestForTheWhole()
    {
        string path = gateway.Path(Part(0, 4), RfcGateway.Response("Cache-Control: max-age=60", Whole));
        await gateway.GetAsync(path, "Range: bytes=0-4");

        RawMessage whole = await gateway.GetAsync(path);
        RawMessage head = await gateway.SendAsync("HEAD", path);

        Assert.Equal((200, Whole, false), (whole.Status, whole.Body, whole.IsHit));
        Assert.Equal("10", head["Content-Length"]);
    }

    [Theory]
    [InlineData("Cache-Control: no-store")]
    [InlineData("Cache-Control: private, max-age=60")]
    [InlineData("X-No: freshness")]
    [InlineData("Cache-Control: max-age=60|Content-Range: bytes 0-4/x")]
    [InlineData("Cache-Control: max-age=60|Content-Range: bytes 0-6/10")]
    public async Task Part_ThatMayNotBeStored_IsPassedOn(string fields)
    {
        string response = fields.Contains("Content-Range", StringComparison.Ordinal)
            ? RfcGateway.Response(fields, "01234", "206 Partial Content")
            : RfcGateway.Response(fields + "|Content-Range: bytes 0-4/10", "01234", "206 Partial Content");
        string path = gateway.Path(response);

        Assert.Equal((206, "01234"), ((await gateway.GetAsync(path, "Range: bytes=0-4")).Status, "01234"));
        Assert.False((await gateway.GetAsync(path, "Range: bytes=0-4")).IsHit);
    }

    [Fact]
    public async Task Part_WithoutAContentRange_IsNeverStored()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60", "01234", "206 Partial Content"));
        await gateway.GetAsync(path, "Range: bytes=0-4");

        Assert.False((await gateway.GetAsync(path, "Range: bytes=0-4")).IsHit);
        Assert.False((await gateway.GetAsync(path)).IsHit);
    }

    [Fact]
    public async Task Part_ThatIsStale_IsFetchedAnew()
    {
        string path = gateway.Path(Part(0, 4));
        await gateway.GetAsync(path, "Range: bytes=0-4");
        gateway.Pass(61);

        Assert.False((await gateway.GetAsync(path, "Range: bytes=0-4")).IsHit);
    }

    /// <summary>§3.4: parts with the same strong validator are joined, and are the whole once nothing is missing.</summary>
    [Theory]
    [InlineData(0, 4, 5, 9)]
    [InlineData(5, 9, 0, 4)]
    [InlineData(0, 6, 3, 9)]
    [InlineData(3, 5, 0, 9)]
    public async Task Parts_OfTheSame_AreJoined_3_4(int first, int last, int then, int to)
    {
        string path = gateway.Path(Part(first, last), Part(then, to));
        await gateway.GetAsync(path, $"Range: bytes={first}-{last}");
        await gateway.GetAsync(path, $"Range: bytes={then}-{to}");

        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((200, Whole, true, null), (whole.Status, whole.Body, whole.IsHit, whole["Content-Range"]));
        Assert.Equal(2, gateway.Fetches(path));
    }

    [Fact]
    public async Task Parts_ThatDoNotCoverAll_AreOneLongerPart()
    {
        string path = gateway.Path(Part(2, 4), Part(5, 7));
        await gateway.GetAsync(path, "Range: bytes=2-4");
        await gateway.GetAsync(path, "Range: bytes=5-7");

        RawMessage joined = await gateway.GetAsync(path, "Range: bytes=3-6");

        Assert.Equal((206, "3456", "bytes 3-6/10", true), (joined.Status, joined.Body, joined["Content-Range"], joined.IsHit));
    }

    [Theory]
    [InlineData("ETag: \"a\"", "ETag: \"b\"")]
    [InlineData("ETag: W/\"a\"", "ETag: W/\"a\"")]
    [InlineData("X-No: validator", "X-No: validator")]
    public async Task Parts_OfDifferentThings_AreNotJoined_3_4(string first, string second)
    {
        string path = gateway.Path(Part(0, 4, first), Part(5, 9, second), RfcGateway.Response("Cache-Control: max-age=60", "the new whole"));
        await gateway.GetAsync(path, "Range: bytes=0-4");
        await gateway.GetAsync(path, "Range: bytes=5-9");

        Assert.Equal("the new whole", (await gateway.GetAsync(path)).Body);
    }

    /// <summary>RFC 9110 §14.2: a destination may ignore Range; what it sends is the whole, and stored as that.</summary>
    [Fact]
    public async Task Whole_ThatAnswersARange_IsStored()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60", Whole));
        await gateway.GetAsync(path, "Range: bytes=0-4");

        RawMessage part = await gateway.GetAsync(path, "Range: bytes=0-4");

        Assert.Equal((206, "01234", true), (part.Status, part.Body, part.IsHit));
        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    [Fact]
    public async Task Range_WithNothingStored_ReachesTheDestinationWithItsCondition()
    {
        string path = gateway.Path(Part(0, 4));
        await gateway.GetAsync(path, "Range: bytes=0-4", "If-Range: \"x\"");

        Assert.Equal(("bytes=0-4", "\"x\""), (gateway.LastRequest(path)["Range"], gateway.LastRequest(path)["If-Range"]));
    }

    /// <summary>RFC 9110 §15.5.17: it says what became of the range, and nothing of the resource.</summary>
    [Fact]
    public async Task Refusal_OfARange_IsNotStored_15_5_17()
    {
        string path = gateway.Path((request, _) => request["Range"] is null
            ? RfcGateway.Response("Cache-Control: max-age=60")
            : RfcGateway.Response("Cache-Control: max-age=60|Content-Range: bytes */4", "", "416 Range Not Satisfiable"));

        RawMessage refused = await gateway.GetAsync(path, "Range: bytes=9-");
        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((416, "bytes */4"), (refused.Status, refused["Content-Range"]));
        Assert.Equal((200, "body", false), (whole.Status, whole.Body, whole.IsHit));
    }

    /// <summary>RFC 9111 §3.4, §3.2: the fields of the later part take the place of the earlier one's, and what it does not say stays.</summary>
    [Fact]
    public async Task Parts_ThatAreJoined_HaveTheFieldsOfBoth_3_4()
    {
        string path = gateway.Path(Part(0, 4, "ETag: \"a\"|X-Old: 1|X-Both: 1"), Part(5, 9, "ETag: \"a\"|X-New: 1|X-Both: 2"));
        await gateway.GetAsync(path, "Range: bytes=0-4");
        await gateway.GetAsync(path, "Range: bytes=5-9");

        RawMessage whole = await gateway.GetAsync(path);

        Assert.Equal((Whole, "1", "1", "2"), (whole.Body, whole["X-Old"], whole["X-New"], whole["X-Both"]));
    }

    /// <summary>RFC 9110 §14.4: a part without a lifetime of its own may be given one, like any response of §15.1.</summary>
    [Fact]
    public async Task Part_WithLastModifiedOnly_IsReused()
    {
        string path = gateway.Path(RfcGateway.Response("Last-Modified: {now-36000}|Content-Range: bytes 0-4/10", "01234", "206 Partial Content"));
        await gateway.GetAsync(path, "Range: bytes=0-4");
        gateway.Pass(60);

        Assert.True((await gateway.GetAsync(path, "Range: bytes=0-4")).IsHit);
    }

    private static string Part(int first, int last, string validator = "ETag: \"a\"") => RfcGateway.Response(
        $"Cache-Control: max-age=60|{validator}|Content-Range: bytes {first}-{last}/10", Whole[first..(last + 1)], "206 Partial Content");
}
