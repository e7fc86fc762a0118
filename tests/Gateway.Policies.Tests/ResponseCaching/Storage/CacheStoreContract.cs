using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Storage;

/// <summary>What every store of entries does.</summary>
public abstract class CacheStoreContract
{
    private readonly string _uri = $"http://h/{Guid.NewGuid():N}";

    private protected abstract ICacheStore Store { get; }

    [Fact]
    public async Task Get_OfNothing_IsNull() => Assert.Null(await GetAsync());

    [Fact]
    public async Task Get_AfterSet_IsTheSameEntry()
    {
        CacheEntry entry = Entries.Of(_uri, "body");
        await SetAsync(entry);

        CacheEntry? found = await GetAsync();

        Assert.NotNull(found);
        Assert.Equal(entry with { Fields = found.Fields, Tags = found.Tags, Body = found.Body, VaryNames = found.VaryNames, Pause = found.Pause }, found);
        Assert.Equal(entry.Fields, found.Fields);
        Assert.Equal(entry.Tags, found.Tags);
        Assert.Equal("body", Entries.TextOf(found));
    }

    [Fact]
    public async Task Set_OfTheSameVariant_ReplacesIt()
    {
        await SetAsync(Entries.Of(_uri, "old"));
        await SetAsync(Entries.Of(_uri, "new"));

        Assert.Equal("new", Entries.TextOf(await GetAsync()));
    }

    [Fact]
    public async Task Get_OfAVariant_IsTheOneThatTheRequestSelects()
    {
        await SetAsync(Entries.Of(_uri, "english", ["accept-language"], new() { ["Accept-Language"] = "en" }));
        await SetAsync(Entries.Of(_uri, "german", ["accept-language"], new() { ["Accept-Language"] = "de" }));

        Assert.Equal("english", Entries.TextOf(await GetAsync(new() { ["Accept-Language"] = "en" })));
        Assert.Equal("german", Entries.TextOf(await GetAsync(new() { ["Accept-Language"] = "de" })));
        Assert.Equal("none", Entries.TextOf(await GetAsync(new() { ["Accept-Language"] = "fr" })));
    }

    [Fact]
    public async Task Get_WhereSeveralVaryListsMatch_IsTheMostRecentThatSaysVary_Rfc9111_4_1()
    {
        await SetAsync(Entries.Of(_uri, "newest", ["a"], new() { ["A"] = "1" }, date: 2000));
        await SetAsync(Entries.Of(_uri, "plain", date: 3000));
        await SetAsync(Entries.Of(_uri, "other", ["a", "b"], new() { ["A"] = "1" }, date: 1500));

        Assert.Equal("newest", Entries.TextOf(await GetAsync(new() { ["A"] = "1" })));
        Assert.Equal("plain", Entries.TextOf(await GetAsync(new() { ["A"] = "2" })));
    }

    [Fact]
    public async Task Invalidate_RemovesEveryVariantAndNothingElse()
    {
        string other = _uri + "/other";
        await SetAsync(Entries.Of(_uri, "plain"));
        await SetAsync(Entries.Of(_uri, "varied", ["a"], new() { ["A"] = "1" }));
        await SetAsync(Entries.Of(other, "other"));

        await Store.InvalidateAsync(_uri, 0, new WaitBudget());

        Assert.Null(await GetAsync());
        Assert.Null(await GetAsync(new() { ["A"] = "1" }));
        Assert.Equal("other", Entries.TextOf(await Store.GetAsync(Entries.LookupOf(other), new WaitBudget())));
    }

    [Fact]
    public async Task Set_OfABodyOf5Megabytes_KeepsEveryByte()
    {
        string body = string.Create(5_000_000, 0, (span, _) => Random.Shared.GetItems<char>("abcdef", span));
        await SetAsync(Entries.Of(_uri, body));

        Assert.Equal(body, Entries.TextOf(await GetAsync()));
    }

    /// <summary>Returns once all of the entry's body is here.</summary>
    private protected async Task<CacheEntry?> GetAsync(Dictionary<string, string>? request = null)
    {
        CacheEntry? entry = await Store.GetAsync(Entries.LookupOf(_uri, request), new WaitBudget { Limit = TimeSpan.FromSeconds(5) });
        Assert.True(entry is null || await entry.Body.Arrival);
        return entry;
    }

    private protected async Task SetAsync(CacheEntry entry) => await Store.SetAsync(entry, new WaitBudget { Limit = TimeSpan.FromSeconds(5) });
}
