using System.Net;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class PurgeEndpointTests
{
    [Theory]
    [InlineData("""{"tag":"catalog"}""", "tag:catalog", false)]
    [InlineData("""{"route":"catalog","soft":true}""", "route:catalog", true)]
    [InlineData("""{"prefix":"/catalog/"}""", "prefix:/catalog/", false)]
    [InlineData("""{"url":"http://localhost/catalog/1?page=2"}""", "url:http://localhost/catalog/1?page=2", false)]
    [InlineData("""{"all":true}""", "all", false)]
    [InlineData("""{"tag":null,"all":true}""", "all", false)]
    public async Task Purge_OneTarget_SaysWhatWasPurged(string body, string purged, bool soft)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        var answer = await admin.PostAsync("/api/cache/purge", body);

        Assert.Equal(purged, (string)answer["purged"]!);
        Assert.Equal(soft, (bool)answer["soft"]!);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{}", "Name one of")]
    [InlineData("""{"all":false}""", "Name one of")]
    [InlineData("""{"tag":"a","url":"http://x/"}""", "only one")]
    [InlineData("""{"tag":""}""", "\"tag\" is missing")]
    [InlineData("""{"tag":7}""", "\"tag\" must be a string")]
    [InlineData("""{"tag":"a","soft":"yes"}""", "\"soft\" must be true or false")]
    [InlineData("""{"tagg":"a"}""", "Did you mean \"tag\"?")]
    [InlineData("""{"url":"/relative"}""", "absolute URL")]
    [InlineData("""{"url":"ftp://x/y"}""", "absolute URL")]
    [InlineData("""{"tag":"a","tag":"b"}""", "not valid JSON")]
    [InlineData("""{"tag":"\ud800"}""", "\"tag\" must be a string")]
    public async Task Purge_BadBody_Is400NamingTheKey(string body, string expected)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        var problem = await admin.PostAsync("/api/cache/purge", body, HttpStatusCode.BadRequest);

        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_BodyBeyondTheBound_Is413()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        await admin.PostAsync("/api/cache/purge", $$"""{"tag":"{{new string('a', 100_000)}}"}""", HttpStatusCode.RequestEntityTooLarge);
    }
}
