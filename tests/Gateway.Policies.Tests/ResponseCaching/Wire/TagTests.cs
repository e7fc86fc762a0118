using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>Tags from the configuration and from responses, and purges by writes.</summary>
public sealed class TagTests
{
    private const string Host = "Host: shop.example";
    private readonly CachePolicy _policy = new() { Tags = ["all-of-{route}", "kind-{path:1}", "item-{path:rest}", "at-{host}", "third-{path:3}"] };
    private readonly Dictionary<string, string> _fields = [];
    private int _fetches;

    [Theory]
    [InlineData("all-of-all")]
    [InlineData("kind-shoes")]
    [InlineData("item-shoes/7")]
    [InlineData("at-shop.example")]
    public async Task Tag_WithAPlaceholder_IsFilledIn(string tag) => Assert.Equal("2", await AfterPurgeAsync(PurgeKind.Tag, tag));

    [Theory]
    [InlineData("kind-hats")]
    [InlineData("third-")]
    [InlineData("third-{path:3}")]
    public async Task Tag_OfAnother_PurgesNothing(string tag) => Assert.Equal("1", await AfterPurgeAsync(PurgeKind.Tag, tag));

    [Theory]
    [InlineData("Surrogate-Key", "a b c", "b")]
    [InlineData("Cache-Tag", "a, b,c", "c")]
    [InlineData("Cache-Groups", "\"a\", \"b c\";x=1", "b c")]
    public async Task Tag_ThatTheResponseNames_Purges(string field, string value, string tag)
    {
        _fields[field] = value;
        Assert.Equal("2", await AfterPurgeAsync(PurgeKind.Tag, tag));
    }

    [Theory]
    [InlineData("\"a\", b")]
    [InlineData("\"a\",")]
    [InlineData("\"a")]
    [InlineData("a")]
    public async Task CacheGroups_ThatIsNoListOfStrings_IsIgnored_Rfc9875_2(string value)
    {
        _fields["Cache-Groups"] = value;
        Assert.Equal("1", await AfterPurgeAsync(PurgeKind.Tag, "a"));
    }

    [Fact]
    public async Task Fields_ForThisCache_AreTakenAway_ThoseForEveryCacheArePassedOn()
    {
        _fields["Surrogate-Key"] = "a";
        _fields["Cache-Tag"] = "b";
        _fields["Cache-Groups"] = "\"c\"";
        await using Destination destination = await Destination.StartAsync(AnswerAsync);
        await using CacheHost gateway = await CacheHost.StartAsync(_policy, destination.Address);

        foreach (string path in (string[])["/a", "/a", "/no-store", "/no-store", "/no-store"])
        {
            Answer answer = await gateway.GetAsync(path);

            Assert.False(answer.Fields.ContainsKey("Surrogate-Key"), path);
            Assert.False(answer.Fields.ContainsKey("Cache-Tag"), path);
            Assert.Equal("\"c\"", answer.Fields["Cache-Groups"]);
        }
    }

    [Fact]
    public async Task Tags_OfAResponseThatWasValidated_Stay()
    {
        _fields["Cache-Tag"] = "b";
        await using Destination destination = await Destination.StartAsync(context =>
        {
            if (context.Request.Headers.IfNoneMatch.Count > 0)
            {
                context.Response.StatusCode = 304;
                context.Response.Headers.CacheControl = "max-age=600";
                return Task.CompletedTask;
            }

            context.Response.Headers.ETag = "\"1\"";
            return AnswerAsync(context);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(_policy, destination.Address);
        await gateway.GetAsync("/a");
        await gateway.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "b", Soft: true));
        Assert.Equal("1", (await gateway.GetAsync("/a")).Body);
        Assert.True((await gateway.GetAsync("/a")).IsHit);

        await gateway.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Tag, "b"));

        Assert.Equal("2", (await gateway.GetAsync("/a")).Body);
    }

    [Theory]
    [InlineData("POST", 200, "2")]
    [InlineData("PATCH", 302, "2")]
    [InlineData("POST", 404, "1")]
    [InlineData("POST", 500, "1")]
    [InlineData("OPTIONS", 200, "1")]
    public async Task Write_ThatSucceeds_PurgesTheTagsOfItsRoute(string method, int status, string expected)
    {
        await using Destination destination = await Destination.StartAsync(AnswerAsync);
        await using CacheHost gateway = await CacheHost.StartAsync(_policy, destination.Address, invalidatesTags: ["kind-{path:2}"]);
        await gateway.GetAsync("/shoes/7");

        await gateway.SendAsync(method, $"/write/shoes?status={status}");

        Assert.Equal(expected, (await gateway.GetAsync("/shoes/7")).Body);
    }

    [Theory]
    [InlineData("POST", Host, "2")]
    [InlineData("OPTIONS", Host, "1")]
    [InlineData("POST", "Host: other.example", "1")]
    public async Task CacheGroupInvalidation_OfAWrite_PurgesTheGroupsOfItsOrigin_Rfc9875_3(string method, string host, string expected)
    {
        _fields["Cache-Groups"] = "\"shoes\"";
        await using Destination destination = await Destination.StartAsync(AnswerAsync);
        await using CacheHost gateway = await CacheHost.StartAsync(_policy, destination.Address);
        await gateway.GetAsync("/a", Host);
        _fields["Cache-Group-Invalidation"] = "\"hats\", \"shoes\"";

        Answer write = await gateway.SendAsync(method, "/write", host);

        Assert.Equal("\"hats\", \"shoes\"", write.Fields["Cache-Group-Invalidation"]);
        Assert.Equal(expected, (await gateway.GetAsync("/a", Host)).Body);
    }

    private async Task<string> AfterPurgeAsync(PurgeKind kind, string value)
    {
        await using Destination destination = await Destination.StartAsync(AnswerAsync);
        await using CacheHost gateway = await CacheHost.StartAsync(_policy, destination.Address);
        await gateway.GetAsync("/shoes/7", Host);
        await gateway.Purge.PurgeAsync(new PurgeTarget(kind, value));
        return (await gateway.GetAsync("/shoes/7", Host)).Body;
    }

    private Task AnswerAsync(HttpContext context)
    {
        foreach ((string name, string value) in _fields)
        {
            context.Response.Headers[name] = value;
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = context.Request.Query["status"].Count > 0 ? int.Parse(context.Request.Query["status"]!, System.Globalization.CultureInfo.InvariantCulture) : 200;
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl = context.Request.Path == "/no-store" ? "no-store" : "max-age=600";
        return context.Response.WriteAsync($"{Interlocked.Increment(ref _fetches)}");
    }
}
