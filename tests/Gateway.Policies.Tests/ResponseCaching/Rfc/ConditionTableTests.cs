using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Clients' conditions on stored responses: RFC 9110 §13, RFC 9111 §4.3.2.</summary>
public sealed class ConditionTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    private const string Old = "Sun, 06 Nov 1994 08:49:37 GMT";

    [Theory]
    [InlineData("13.1.2", "ETag: \"a\"", "If-None-Match: \"a\"", 304)]
    [InlineData("13.1.2", "ETag: \"a\"", "If-None-Match: \"b\"", 200)]
    [InlineData("13.1.2", "ETag: \"a\"", "If-None-Match: \"b\", \"a\"", 304)]
    [InlineData("13.1.2", "ETag: \"a\"", "If-None-Match: \"b\"|If-None-Match: \"a\"", 304)]
    [InlineData("13.1.2", "ETag: \"a,b\"", "If-None-Match: \"x\", \"a,b\"", 304)]
    [InlineData("13.1.2", "ETag: \"a\"", "If-None-Match: *", 304)]
    [InlineData("13.1.2", "X-No: etag", "If-None-Match: *", 304)]
    [InlineData("8.8.3.2", "ETag: \"a\"", "If-None-Match: W/\"a\"", 304)]
    [InlineData("8.8.3.2", "ETag: W/\"a\"", "If-None-Match: \"a\"", 304)]
    [InlineData("8.8.3.2", "ETag: W/\"a\"", "If-None-Match: W/\"a\"", 304)]
    [InlineData("8.8.3.2", "ETag: W/\"a\"", "If-None-Match: W/\"b\"", 200)]
    [InlineData("8.8.3", "ETag: \"A\"", "If-None-Match: \"a\"", 200)]
    [InlineData("8.8.3", "ETag: \"\"", "If-None-Match: \"\"", 304)]
    [InlineData("13.1.3", "Last-Modified: " + Old, "If-Modified-Since: " + Old, 304)]
    [InlineData("13.1.3", "Last-Modified: " + Old, "If-Modified-Since: Sun, 06 Nov 1994 08:49:38 GMT", 304)]
    [InlineData("13.1.3", "Last-Modified: " + Old, "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200)]
    [InlineData("13.1.3", "Last-Modified: " + Old, "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", 304)]
    [InlineData("13.1.3", "Last-Modified: " + Old, "If-Modified-Since: nonsense", 200)]
    [InlineData("13.2.2", "ETag: \"a\"|Last-Modified: " + Old, "If-None-Match: \"b\"|If-Modified-Since: " + Old, 200)]
    [InlineData("13.2.2", "ETag: \"a\"|Last-Modified: " + Old, "If-None-Match: \"a\"|If-Modified-Since: Sun, 06 Nov 1993 08:49:37 GMT", 304)]
    [InlineData("4.3.2", "X-No: validators", "If-Modified-Since: {now+1}", 304)]
    [InlineData("4.3.2", "X-No: validators", "If-Modified-Since: {now-60}", 200)]
    [InlineData("13.1.1", "ETag: \"a\"", "If-Match: \"b\"", 200)]
    [InlineData("13.1.4", "Last-Modified: " + Old, "If-Unmodified-Since: Sun, 06 Nov 1993 08:49:37 GMT", 200)]
    public async Task Condition_OnAFreshResponse_IsAnsweredFromTheStore(string rule, string stored, string asks, int status)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600|Content-Type: text/plain|Vary: X-V|Content-Location: /x|Expires: {now+10}|X-Other: 1|" + stored));
        await gateway.GetAsync(path);

        RawMessage answer = await gateway.GetAsync(path, asks.Split('|'));

        Assert.True(status == answer.Status, $"{rule}: {answer.Status}");
        Assert.Equal(status == 304 ? "" : "body", answer.Body);
        Assert.All((string[])["Date", "Cache-Control", "Vary", "Content-Location", "Expires", "Age"], name => Assert.NotNull(answer[name]));
        Assert.Equal(1, gateway.Fetches(path));
    }

    /// <summary>RFC 9110 §13.2.1: conditions are for responses that would be 200; others are answered as they are.</summary>
    [Fact]
    public async Task Condition_OnAStored404_IsIgnored()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\"", status: "404 Not Found"));
        await gateway.GetAsync(path);

        Assert.Equal(404, (await gateway.GetAsync(path, "If-None-Match: \"a\"")).Status);
    }

    [Fact]
    public async Task Head_WithACondition_IsAnsweredFromAStoredGet()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\""));
        await gateway.GetAsync(path);

        RawMessage plain = await gateway.SendAsync("HEAD", path);
        RawMessage conditional = await gateway.SendAsync("HEAD", path, "If-None-Match: \"a\"");

        Assert.Equal((200, "", "4", true), (plain.Status, plain.Body, plain["Content-Length"], plain.IsHit));
        Assert.Equal((304, true), (conditional.Status, conditional.IsHit));
    }

    /// <summary>What a response that is not stored would be, only the destination knows: the client's preconditions reach it.</summary>
    [Theory]
    [InlineData("If-Match: \"b\"")]
    [InlineData("If-Unmodified-Since: Sun, 06 Nov 1993 08:49:37 GMT")]
    public async Task Precondition_WithNothingStored_ReachesTheDestination(string condition)
    {
        string path = gateway.Path((request, _) => request[condition[..condition.IndexOf(':', StringComparison.Ordinal)]] is null
            ? RfcGateway.Response("Cache-Control: max-age=60")
            : RfcGateway.Response("Cache-Control: max-age=60", status: "412 Precondition Failed"));

        Assert.Equal(412, (await gateway.GetAsync(path, condition)).Status);
        // What became of a condition is no answer to a request without it, whatever lifetime it says.
        Assert.Equal(200, (await gateway.GetAsync(path)).Status);
    }

    /// <summary>RFC 9111 §4.3.2: with nothing stored, a condition is for the destination; a client that gets its 304 leaves nothing to store.</summary>
    [Theory]
    [InlineData("If-None-Match: \"a\"")]
    [InlineData("If-Modified-Since: " + Old)]
    public async Task Condition_WithNothingStored_IsTheDestinationsToJudge_4_3_2(string condition)
    {
        string name = condition[..condition.IndexOf(':', StringComparison.Ordinal)];
        string path = gateway.Path((request, _) => request[name] is null
            ? RfcGateway.Response("Cache-Control: max-age=60|ETag: \"a\"|Last-Modified: " + Old)
            : RfcGateway.Bodiless("304 Not Modified", "ETag: \"a\"|X-By: destination"));

        RawMessage first = await gateway.GetAsync(path, condition);
        RawMessage second = await gateway.GetAsync(path, condition);
        // A 304 is answered at the header: until the body has come, others join the fetch.
        RawMessage third = second;
        await Eventually.TrueAsync(async () => (third = await gateway.GetAsync(path, condition)).IsHit);

        Assert.Equal((304, "destination"), (first.Status, first["X-By"]));
        // Asked again, the whole is worth having: it is fetched, and the condition answered from it.
        Assert.Equal((304, null, false), (second.Status, second["X-By"], second.IsHit));
        Assert.Equal((304, 2), (third.Status, gateway.Fetches(path)));
    }

    [Fact]
    public async Task Condition_ThatTheDestinationDeniedWithNothingStored_BringsTheWholeAndStoresIt()
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|Last-Modified: " + Old));

        RawMessage first = await gateway.GetAsync(path, "If-Modified-Since: {now}");

        Assert.Equal((200, "body"), (first.Status, first.Body));
        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>What may not be stored is answered by the destination's own judgement of the condition.</summary>
    [Fact]
    public async Task Condition_OnWhatIsNeverStored_IsTheDestinationsToJudge()
    {
        string path = gateway.Path((request, _) => request["If-None-Match"] == "\"a\""
            ? RfcGateway.Bodiless("304 Not Modified", "ETag: \"a\"|Cache-Control: no-store")
            : RfcGateway.Response("Cache-Control: no-store|ETag: \"a\""));
        await gateway.GetAsync(path);

        Assert.Equal(304, (await gateway.GetAsync(path, "If-None-Match: \"a\"")).Status);
    }
}
