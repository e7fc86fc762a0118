using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Which variant answers which request: RFC 9111 §4.1, RFC 9110 §12.5.5.</summary>
public sealed class VaryTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("Vary: Foo", "Foo: 1", "Foo: 1", true)]
    [InlineData("Vary: Foo", "Foo: 1", "Foo: 2", false)]
    [InlineData("Vary: Foo", "Foo: 1", "X-No: foo", false)]
    [InlineData("Vary: Foo", "X-No: foo", "Foo: 1", false)]
    [InlineData("Vary: Foo", "X-No: foo", "X-No: foo either", true)]
    [InlineData("Vary: Foo", "X-No: foo", "Foo:", false)]
    [InlineData("vArY: fOO", "Foo: 1", "foo: 1", true)]
    [InlineData("Vary: Foo", "Foo: a", "Foo: A", false)]
    [InlineData("Vary: Foo", "Foo: 1, 2", "Foo: 1,2", true)]
    [InlineData("Vary: Foo", "Foo: 1, 2", "Foo: 1|Foo: 2", true)]
    [InlineData("Vary: Foo", "Foo: 1|Foo: 2", "Foo: 1  ,   2", true)]
    [InlineData("Vary: Foo", "Foo: 1, 2", "Foo: 2, 1", false)]
    [InlineData("Vary: Foo, Bar", "Foo: 1|Bar: a", "Foo: 1|Bar: a", true)]
    [InlineData("Vary: Foo, Bar", "Foo: 1|Bar: a", "Foo: 1|Bar: b", false)]
    [InlineData("Vary: Foo, Bar", "Foo: 1|Bar: a", "Bar: a|Foo: 1", true)]
    [InlineData("Vary: Foo, Bar", "Foo: 1", "Foo: 1", true)]
    [InlineData("Vary: Foo|Vary: Bar", "Foo: 1|Bar: a", "Foo: 1|Bar: b", false)]
    [InlineData("Vary: Foo|Vary: Bar", "Foo: 1|Bar: a", "Foo: 1|Bar: a", true)]
    [InlineData("Vary: ,Foo, ,", "Foo: 1", "Foo: 2", false)]
    [InlineData("Vary: *", "Foo: 1", "Foo: 1", false)]
    [InlineData("Vary: Foo, *", "Foo: 1", "Foo: 1", false)]
    [InlineData("Vary: *, Foo", "Foo: 1", "Foo: 1", false)]
    [InlineData("Vary: Foo|Vary: *", "Foo: 1", "Foo: 1", false)]
    [InlineData("Vary:", "Foo: 1", "Foo: 2", true)]
    [InlineData("Vary: Accept-Encoding", "Accept-Encoding: gzip, br", "Accept-Encoding: BR,gzip", true)]
    [InlineData("Vary: Accept-Encoding", "Accept-Encoding: gzip", "Accept-Encoding: br", false)]
    [InlineData("Vary: Accept-Language", "Accept-Language: en, de", "Accept-Language: en,de", true)]
    [InlineData("Vary: Accept-Language", "Accept-Language: en, de;q=0.5", "Accept-Language: de; q=0.5, EN", true)]
    [InlineData("Vary: Accept-Language", "Accept-Language: en;q=1.0, de;q=0.50", "Accept-Language: en, de;q=0.5", true)]
    [InlineData("Vary: Accept-Encoding", "Accept-Encoding: gzip;q=1.000", "Accept-Encoding: gzip", true)]
    [InlineData("Vary: Accept-Encoding", "Accept-Encoding: gzip;q=0", "Accept-Encoding: gzip", false)]
    [InlineData("Vary: Accept-Encoding", "Accept-Encoding: gzip;q=0.0", "Accept-Encoding: gzip;q=0", true)]
    [InlineData("Vary: Accept-Language", "Accept-Language: en", "Accept-Language: de", false)]
    [InlineData("Vary: Cookie", "Cookie: a=1; b=2", "Cookie: a=1; b=2", true)]
    [InlineData("Vary: Cookie", "Cookie: a=1", "Cookie: a=2", false)]
    [InlineData("Vary: Host", "X-No: 1", "X-No: 2", true)]
    [InlineData("X-No: vary", "Foo: 1", "Foo: 2", true)]
    public async Task Vary_SelectsByTheFieldsItNames(string vary, string first, string second, bool reused)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=60|" + vary));
        await gateway.GetAsync(path, first.Split('|'));

        Assert.Equal(reused, (await gateway.GetAsync(path, second.Split('|'))).IsHit);
    }

    [Fact]
    public async Task Variants_AreKeptBesideEachOther()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response("Cache-Control: max-age=60|Vary: Foo", $"for {request["Foo"]}"));
        foreach (string foo in (string[])["1", "2", "3"])
        {
            await gateway.GetAsync(path, $"Foo: {foo}");
        }

        foreach (string foo in (string[])["3", "1", "2"])
        {
            RawMessage hit = await gateway.GetAsync(path, $"Foo: {foo}");
            Assert.Equal(($"for {foo}", true), (hit.Body, hit.IsHit));
        }
    }

    /// <summary>§4.1: of several stored responses that fit, the most recent is chosen.</summary>
    [Fact]
    public async Task Variants_ThatBothFit_YieldTheMostRecent()
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=3600|Vary: Foo", "varies by foo"),
            RfcGateway.Response("Cache-Control: max-age=3600|Vary: Bar", "varies by bar"));
        await gateway.GetAsync(path, "Foo: 1", "Bar: a");
        gateway.Pass(2);
        await gateway.GetAsync(path, "Foo: 2", "Bar: a");

        RawMessage hit = await gateway.GetAsync(path, "Foo: 1", "Bar: a");

        Assert.Equal(("varies by bar", true), (hit.Body, hit.IsHit));
    }

    /// <summary>§4.1: a default that forgot to say Vary does not hide the variants that say it.</summary>
    [Fact]
    public async Task Variants_WithVary_AreChosenBeforeADefaultWithout()
    {
        string path = gateway.Path(
            RfcGateway.Response("Cache-Control: max-age=3600|Vary: Foo", "for 1"), RfcGateway.Response("Cache-Control: max-age=3600", "the default"));
        await gateway.GetAsync(path, "Foo: 1");
        gateway.Pass(2);
        await gateway.GetAsync(path);

        Assert.Equal("for 1", (await gateway.GetAsync(path, "Foo: 1")).Body);
        Assert.Equal("the default", (await gateway.GetAsync(path)).Body);
    }

    /// <summary>§4.1, §4.3.1: the destination is asked whether one of the other variants answers the request.</summary>
    [Fact]
    public async Task Miss_AmongVariants_AsksAboutTheirTags()
    {
        string path = gateway.Path((request, _) => request["If-None-Match"] is { } asked
            ? RfcGateway.Bodiless("304 Not Modified", $"Cache-Control: max-age=60|Vary: Foo|ETag: \"1\"|X-Asked: {asked}")
            : RfcGateway.Response($"Cache-Control: max-age=60|Vary: Foo|ETag: \"{request["Foo"]}\"", $"for {request["Foo"]}"));
        await gateway.GetAsync(path, "Foo: 1");

        RawMessage other = await gateway.GetAsync(path, "Foo: 3");
        RawMessage again = await gateway.GetAsync(path, "Foo: 3");
        RawMessage first = await gateway.GetAsync(path, "Foo: 1");

        Assert.Equal((200, "for 1", "\"1\""), (other.Status, other.Body, other["X-Asked"]));
        Assert.Equal(("for 1", true), (again.Body, again.IsHit));
        Assert.Equal(("for 1", true), (first.Body, first.IsHit));
    }

    /// <summary>What is stored of a URI counts for more than what the route's other responses were like.</summary>
    [Fact]
    public async Task Miss_AmongVariantsOfARouteThatSharesLittle_AsksAboutTheirTags()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response($"Cache-Control: max-age=60|Vary: Foo|ETag: \"{request["Foo"]}\""));
        await gateway.GetAsync(path, "Foo: 1");
        for (int i = 0; i < 100; i++)
        {
            await gateway.GetAsync(gateway.Path(RfcGateway.Response("Cache-Control: private")));
        }

        await gateway.GetAsync(path, "Foo: 2");

        Assert.Equal("\"1\"", gateway.LastRequest(path)["If-None-Match"]);
    }

    /// <summary>§4.1: what a 304 says of the request's own variant is not true of the one whose body it names, and the other way round.</summary>
    [Fact]
    public async Task Miss_AmongVariants_AnsweredByAnothersTag_IsFoundByWhatThe304VariesBy()
    {
        string path = gateway.Path((request, number) => request["If-None-Match"] is not null
            ? RfcGateway.Bodiless("304 Not Modified", "Cache-Control: max-age=60|Vary: Foo, Cookie|ETag: \"1\"|X-For: ann")
            : RfcGateway.Response("Cache-Control: max-age=60|Vary: Foo|ETag: \"1\"", $"answer {number}"));
        await gateway.GetAsync(path, "Foo: 1");
        RawMessage ann = await gateway.GetAsync(path, "Foo: 2", "Cookie: ann");

        RawMessage again = await gateway.GetAsync(path, "Foo: 2", "Cookie: ann");
        RawMessage bob = await gateway.GetAsync(path, "Foo: 2", "Cookie: bob");
        RawMessage first = await gateway.GetAsync(path, "Foo: 1");

        Assert.Equal(("ann", "ann", true), (ann["X-For"], again["X-For"], again.IsHit));
        Assert.False(bob.IsHit);
        Assert.Equal((null, true), (first["X-For"], first.IsHit));
    }

    [Theory]
    [InlineData("Cache-Control: private")]
    [InlineData("Cache-Control: max-age=60|Set-Cookie: a=b")]
    public async Task Miss_AmongVariants_AnsweredByAnothersTagButNotForAll_IsNotStored(string says)
    {
        string path = gateway.Path((request, number) => request["If-None-Match"] is not null
            ? RfcGateway.Bodiless("304 Not Modified", $"Vary: Foo|ETag: \"1\"|{says}")
            : RfcGateway.Response("Cache-Control: max-age=60|Vary: Foo|ETag: \"1\"", $"answer {number}"));
        await gateway.GetAsync(path, "Foo: 1");

        Assert.Equal("answer 0", (await gateway.GetAsync(path, "Foo: 2")).Body);
        Assert.False((await gateway.GetAsync(path, "Foo: 2")).IsHit);
        Assert.True((await gateway.GetAsync(path, "Foo: 1")).IsHit);
    }

    [Fact]
    public async Task Miss_AmongVariants_TakesTheAnswerThatTheDestinationGives()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response($"Cache-Control: max-age=60|Vary: Foo|ETag: \"{request["Foo"]}\"", $"for {request["Foo"]}"));
        await gateway.GetAsync(path, "Foo: 1");
        await gateway.GetAsync(path, "Foo: 2");

        RawMessage third = await gateway.GetAsync(path, "Foo: 3");

        Assert.Equal("for 3", third.Body);
        Assert.Equal(["\"1\"", "\"2\""], gateway.LastRequest(path)["If-None-Match"]!.Split(", ").Order(StringComparer.Ordinal));
        Assert.Equal("for 1", (await gateway.GetAsync(path, "Foo: 1")).Body);
    }

    /// <summary>A destination whose tags do not tell variants apart is not asked by them.</summary>
    [Fact]
    public async Task Miss_AmongVariantsWithOneTag_DoesNotAskAboutIt()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response("Cache-Control: max-age=60|Vary: Foo|ETag: \"same\"", $"for {request["Foo"]}"));
        await gateway.GetAsync(path, "Foo: 1");
        await gateway.GetAsync(path, "Foo: 2");
        await gateway.GetAsync(path, "Foo: 3");

        Assert.Null(gateway.LastRequest(path)["If-None-Match"]);
    }

    /// <summary>Made-up variants do not drive out the one that everybody asks for, and their number is bounded.</summary>
    [Fact]
    public async Task Variants_InAFlood_LeaveTheOneInUse()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response("Cache-Control: max-age=3600|Vary: Foo", $"for {request["Foo"]}"));
        await gateway.GetAsync(path, "Foo: used");
        for (int i = 0; i < 300; i++)
        {
            await gateway.GetAsync(path, $"Foo: {i}");
            await gateway.GetAsync(path, "Foo: used");
        }

        Assert.Equal(301, gateway.Fetches(path));
    }

    /// <summary>A body that is coded is never taken for a request that could not read it, whatever a 304 says.</summary>
    [Fact]
    public async Task Miss_WithACodedVariant_DoesNotAskAboutIt()
    {
        string path = gateway.Path((request, _) => RfcGateway.Response("Cache-Control: max-age=60|Vary: Accept-Encoding|Content-Encoding: gzip|ETag: \"z\""));
        await gateway.GetAsync(path, "Accept-Encoding: gzip");
        await gateway.GetAsync(path, "Accept-Encoding: br");

        Assert.Null(gateway.LastRequest(path)["If-None-Match"]);
    }
}
