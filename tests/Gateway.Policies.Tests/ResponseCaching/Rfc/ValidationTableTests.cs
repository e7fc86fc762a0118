using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Validation and the update of what is stored: RFC 9111 §3.2, §4.3.1, §4.3.3, §4.3.4, §4.3.5.</summary>
public sealed class ValidationTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    private const string Old = "Sun, 06 Nov 1994 08:49:37 GMT";

    [Theory]
    [InlineData("ETag: \"a\"", "\"a\"", null)]
    [InlineData("ETag: W/\"a\"", "W/\"a\"", null)]
    [InlineData("Last-Modified: " + Old, null, Old)]
    [InlineData("ETag: \"a\"|Last-Modified: " + Old, "\"a\"", Old)]
    public async Task Validation_OfAStaleResponse_CarriesAllItsValidators_4_3_1(string validators, string? tag, string? date)
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=1|" + validators), RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|" + validators));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        RawMessage validated = await gateway.GetAsync(path);

        Assert.Equal((tag, date), (gateway.LastRequest(path)["If-None-Match"], gateway.LastRequest(path)["If-Modified-Since"]));
        Assert.Equal((200, "body"), (validated.Status, validated.Body));
        Assert.True((await gateway.GetAsync(path)).IsHit);
        Assert.Equal(2, gateway.Fetches(path));
    }

    /// <summary>§3.2: what a 304 says takes the place of what is stored, the description of the stored bytes excepted.</summary>
    [Theory]
    [InlineData("X-New: 2", "X-New", "2")]
    [InlineData("X-Stored: 2", "X-Stored", "2")]
    [InlineData("X-Twice: 3|X-Twice: 4", "X-Twice", "3, 4")]
    [InlineData("Content-Type: text/html", "Content-Type", "text/html")]
    [InlineData("Content-Foo: 2", "Content-Foo", "2")]
    [InlineData("X-Frame-Options: deny", "X-Frame-Options", "deny")]
    [InlineData("Content-Security-Policy: x", "Content-Security-Policy", "x")]
    [InlineData("Expires: {now+100}", "Expires", "{now+100}")]
    [InlineData("Content-Length: 10", "Content-Length", "4")]
    [InlineData("Content-Encoding: gzip", "Content-Encoding", null)]
    [InlineData("Content-Range: bytes 0-1/4", "Content-Range", null)]
    public async Task NotModified_UpdatesWhatIsStored_3_2(string brings, string name, string? value)
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=1|ETag: \"a\"|Content-Type: text/plain|X-Stored: 1|X-Twice: 1|X-Twice: 2"),
            RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|ETag: \"a\"|" + brings));
        await gateway.GetAsync(path);
        gateway.Pass(2);
        string? expected = value is null ? null : gateway.Text(value);

        RawMessage validated = await gateway.GetAsync(path);
        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal((200, "body", expected), (validated.Status, validated.Body, validated[name]));
        Assert.Equal(("body", expected, true), (hit.Body, hit[name], hit.IsHit));
    }

    /// <summary>§4.3.4: a 304 without a Cache-Control of its own leaves the stored lifetime, counted from now.</summary>
    [Fact]
    public async Task NotModified_WithoutALifetime_RenewsTheStoredOne()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=10|ETag: \"a\"|Age: 5"), RfcGateway.Bodiless("304 Not Modified", "ETag: \"a\""));
        await gateway.GetAsync(path);
        gateway.Pass(20);
        await gateway.GetAsync(path);
        gateway.Pass(9);

        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal((true, "9"), (hit.IsHit, hit["Age"]));
    }

    /// <summary>§4.3.4: a 304 with another strong validator is not about what is stored: nothing is updated, all is fetched anew.</summary>
    [Fact]
    public async Task NotModified_WithAnotherStrongTag_IsNotAboutTheStoredResponse()
    {
        string path = gateway.Path((request, number) => number == 0 ? RfcGateway.Response("Cache-Control: max-age=1|ETag: \"a\"", "old")
            : request["If-None-Match"] is null ? RfcGateway.Response("Cache-Control: max-age=60|ETag: \"b\"", "new")
            : RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|ETag: \"b\"|X-B: 2"));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        RawMessage answer = await gateway.GetAsync(path);

        Assert.Equal((200, "new"), (answer.Status, answer.Body));
        Assert.Equal("new", (await gateway.GetAsync(path)).Body);
    }

    /// <summary>§4.3.4: without an entity tag the weak validator tells: another Last-Modified is another response's.</summary>
    [Fact]
    public async Task NotModified_WithAnotherLastModified_IsNotAboutTheStoredResponse_4_3_4()
    {
        string path = gateway.Path((request, number) => number == 0 ? RfcGateway.Response("Cache-Control: max-age=1|Last-Modified: " + Old, "old")
            : request["If-Modified-Since"] is null ? RfcGateway.Response("Cache-Control: max-age=60", "new")
            : RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT"));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        Assert.Equal("new", (await gateway.GetAsync(path)).Body);
    }

    /// <summary>What comes with a cookie is its client's, a 304 as well: nobody else gets its fields, and nothing is fresh by it.</summary>
    [Fact]
    public async Task NotModified_WithACookie_IsForItsClientOnly()
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=1|ETag: \"a\""),
            RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|ETag: \"a\"|X-For: ann|Set-Cookie: a=1|Set-Cookie: b=2"),
            RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|ETag: \"a\""));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        RawMessage ann = await gateway.GetAsync(path);
        RawMessage bob = await gateway.GetAsync(path);
        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal((200, "body", "ann"), (ann.Status, ann.Body, ann["X-For"]));
        Assert.Equal(["a=1", "b=2"], ann.LinesOf("Set-Cookie"));
        Assert.Equal((200, "body", false, null, null), (bob.Status, bob.Body, bob.IsHit, bob["X-For"], bob["Set-Cookie"]));
        Assert.Equal((true, null, 3), (hit.IsHit, hit["Set-Cookie"], gateway.Fetches(path)));
    }

    /// <summary>§4.3.5: a HEAD that sets a cookie says nothing about the response that others have.</summary>
    [Fact]
    public async Task Head_WithACookie_LeavesTheStoredGetAsItIs()
    {
        string path = gateway.Path((request, _) => request.Method == "HEAD"
            ? RfcGateway.Bodiless("200 OK", "Cache-Control: max-age=60|ETag: \"a\"|X-For: ann|Set-Cookie: a=1")
            : RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\""));
        await gateway.GetAsync(path);
        RawMessage head = await gateway.SendAsync("HEAD", path, "Cache-Control: no-cache");

        RawMessage hit = await gateway.GetAsync(path);

        Assert.Equal(("ann", "a=1"), (head["X-For"], head["Set-Cookie"]));
        Assert.Equal((true, null, null), (hit.IsHit, hit["X-For"], hit["Set-Cookie"]));
    }

    /// <summary>§4.3.3: what a later response replaced is not fresh any more, even where the later one may not be stored.</summary>
    [Theory]
    [InlineData("Cache-Control: no-store", "200 OK", false)]
    [InlineData("Cache-Control: private", "200 OK", false)]
    [InlineData("X-Nothing: said", "410 Gone", false)]
    [InlineData("Cache-Control: no-store", "503 Busy", true)]
    public async Task Changed_ResponseThatMayNotBeStored_EndsTheFreshnessOfTheStoredOne(string fields, string status, bool kept)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600, stale-while-revalidate=3600", "old"), RfcGateway.Response(fields, "new", status));
        await gateway.GetAsync(path);
        await gateway.GetAsync(path, "Cache-Control: no-cache");

        RawMessage next = await gateway.GetAsync(path);

        Assert.Equal((kept ? "old" : "new", kept), (next.Body, next.IsHit));
    }

    /// <summary>§3, §4.3.4: what a 304 says now decides whether the stored response may be shared any longer; its own client has it.</summary>
    [Theory]
    [InlineData("Cache-Control: private, max-age=60")]
    [InlineData("Cache-Control: no-store")]
    [InlineData("Cache-Control: max-age=60|Vary: *")]
    public async Task NotModified_ThatEndsSharing_IsForItsClientOnly_3(string says)
    {
        string path = gateway.Path((request, number) => number == 1
            ? RfcGateway.Bodiless("304 Not Modified", $"ETag: \"a\"|{says}")
            : RfcGateway.Response("Cache-Control: max-age=1, stale-if-error=60|ETag: \"a\"", $"answer {number}", number == 3 ? "503 Busy" : "200 OK"));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        RawMessage validated = await gateway.GetAsync(path);
        RawMessage next = await gateway.GetAsync(path);

        Assert.Equal((200, "answer 0", false), (validated.Status, validated.Body, validated.CacheStatus.Contains("stored", StringComparison.Ordinal)));
        Assert.Equal(("answer 2", false), (next.Body, next.IsHit));
    }

    /// <summary>§4.1, §4.3.4: a response that varies by more from now on is found by that.</summary>
    [Fact]
    public async Task NotModified_ThatVariesByMore_IsFoundByThat_4_1()
    {
        string path = gateway.Path((request, number) => request["If-None-Match"] == "\"1\"" && request["Bar"] == "a"
            ? RfcGateway.Bodiless("304 Not Modified", "ETag: \"1\"|Cache-Control: max-age=60|Vary: Foo, Bar")
            : RfcGateway.Response($"Cache-Control: max-age=1|ETag: \"{(number == 0 ? 1 : 2)}\"|Vary: {(number == 0 ? "Foo" : "Foo, Bar")}", $"answer {number}"));
        await gateway.GetAsync(path, "Foo: 1", "Bar: a");
        gateway.Pass(2);
        await gateway.GetAsync(path, "Foo: 1", "Bar: a");

        RawMessage same = await gateway.GetAsync(path, "Foo: 1", "Bar: a");
        RawMessage other = await gateway.GetAsync(path, "Foo: 1", "Bar: b");

        Assert.Equal(("answer 0", true), (same.Body, same.IsHit));
        Assert.Equal(("answer 2", false), (other.Body, other.IsHit));
    }

    /// <summary>§4.3.5: a HEAD that says the response is not to be shared ends that.</summary>
    [Fact]
    public async Task Head_ThatEndsSharing_WithdrawsTheStoredGet_4_3_5()
    {
        string path = gateway.Path((request, _) => request.Method == "HEAD"
            ? RfcGateway.Bodiless("200 OK", "Cache-Control: private|ETag: \"a\"|Content-Length: 4")
            : RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\""));
        await gateway.GetAsync(path);
        await gateway.SendAsync("HEAD", path, "Cache-Control: no-cache");

        Assert.False((await gateway.GetAsync(path)).IsHit);
    }

    [Fact]
    public async Task Changed_Response_ReplacesTheStoredOne_4_3_3()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=1|ETag: \"a\"", "old"), RfcGateway.Response("Cache-Control: max-age=60|ETag: \"b\"", "new"));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        Assert.Equal("new", (await gateway.GetAsync(path)).Body);
        RawMessage hit = await gateway.GetAsync(path);
        Assert.Equal(("new", true), (hit.Body, hit.IsHit));
    }

    [Fact]
    public async Task NotModified_ToAnUnconditionalRequest_IsPassedOnAndNotStored()
    {
        string path = gateway.Path(RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|ETag: \"a\""), RfcGateway.Response("Cache-Control: max-age=60"));

        Assert.Equal(304, (await gateway.GetAsync(path)).Status);
        Assert.Equal((200, "body"), ((await gateway.GetAsync(path)).Status, "body"));
    }

    /// <summary>§4.3.3: an error that answers a validation goes to the client where nothing allows the stale response.</summary>
    [Fact]
    public async Task Error_ToAValidation_IsPassedOnAndLeavesTheStoredResponse()
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=1, must-revalidate|ETag: \"a\""), RfcGateway.Response("X-A: b", "no", "503 Unavailable"),
            RfcGateway.Bodiless("304 Not Modified", "ETag: \"a\""));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        Assert.Equal(503, (await gateway.GetAsync(path)).Status);
        Assert.Equal((200, "body"), ((await gateway.GetAsync(path)).Status, "body"));
    }

    /// <summary>§4.3.5: a HEAD says whether stored GETs still hold.</summary>
    [Theory]
    [InlineData("ETag: \"a\"|Content-Length: 4|X-New: 2", true, "2")]
    [InlineData("ETag: \"a\"|X-New: 2", true, "2")]
    [InlineData("ETag: \"b\"|Content-Length: 4", false, null)]
    [InlineData("ETag: \"a\"|Content-Length: 5", false, null)]
    [InlineData("ETag: \"a\"|Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT", false, null)]
    public async Task Head_ThatIsForwarded_UpdatesOrStalesTheStoredGet_4_3_5(string says, bool updated, string? value)
    {
        string path = gateway.Path((request, _) => request.Method == "HEAD"
            ? RfcGateway.Bodiless("200 OK", "Cache-Control: max-age=60|" + says)
            : RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\"|Last-Modified: " + Old));
        await gateway.GetAsync(path);

        RawMessage head = await gateway.SendAsync("HEAD", path, "Cache-Control: no-cache");
        RawMessage next = await gateway.GetAsync(path);

        Assert.Equal((200, ""), (head.Status, head.Body));
        Assert.Equal(updated, next.IsHit);
        Assert.Equal(value, next["X-New"]);
        Assert.Equal("body", next.Body);
    }

    [Fact]
    public async Task Head_OfAStaleGet_RenewsIt_4_3_5()
    {
        string path = gateway.Path((request, _) => request.Method == "HEAD"
            ? RfcGateway.Bodiless("200 OK", "Cache-Control: max-age=60|ETag: \"a\"|Content-Length: 4")
            : RfcGateway.Response("Cache-Control: max-age=1|ETag: \"a\""));
        await gateway.GetAsync(path);
        gateway.Pass(2);

        await gateway.SendAsync("HEAD", path);

        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>RFC 9110 §9.3.2: a HEAD's response answers later HEADs, and never a GET.</summary>
    [Fact]
    public async Task Head_ThatIsFresh_AnswersHeadsOnly()
    {
        string path = gateway.Path((request, _) => request.Method == "HEAD"
            ? RfcGateway.Bodiless("200 OK", "Cache-Control: max-age=60|Content-Length: 4|X-A: b")
            : RfcGateway.Response("Cache-Control: max-age=60"));
        await gateway.SendAsync("HEAD", path);

        RawMessage second = await gateway.SendAsync("HEAD", path);
        RawMessage get = await gateway.GetAsync(path);

        Assert.Equal((true, "4", "b"), (second.IsHit, second["Content-Length"], second["X-A"]));
        Assert.Equal((200, "body", false), (get.Status, get.Body, get.IsHit));
    }
}
