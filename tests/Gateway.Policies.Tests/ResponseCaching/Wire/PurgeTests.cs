using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class PurgeTests
{
    private int _fetches;

    [Theory]
    [InlineData(PurgeKind.Url, "{address}/a?x=1", "url:{address}/a?x=1")]
    [InlineData(PurgeKind.Tag, "catalog", "tag:catalog")]
    [InlineData(PurgeKind.Tag, "from-field", "tag:from-field")]
    [InlineData(PurgeKind.Prefix, "/a", "prefix:/a")]
    [InlineData(PurgeKind.Prefix, "{address}/a", "prefix:{address}/a")]
    [InlineData(PurgeKind.Route, "all", "route:all")]
    [InlineData(PurgeKind.All, "", "all")]
    public async Task Purge_OfWhatAnEntryBelongsTo_RemovesIt(PurgeKind kind, string value, string told)
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { Tags = ["catalog"] }, destination.Address);
        await gateway.GetAsync("/a?x=1");
        Assert.True((await gateway.GetAsync("/a?x=1")).IsHit);

        string answer = await gateway.Purge.PurgeAsync(new PurgeTarget(kind, value.Replace("{address}", gateway.Address, StringComparison.Ordinal)));
        Answer after = await gateway.GetAsync("/a?x=1");
        Answer later = await gateway.GetAsync("/a?x=1");

        Assert.Equal(told.Replace("{address}", gateway.Address, StringComparison.Ordinal), answer);
        Assert.False(after.IsHit);
        Assert.True(later.IsHit);
        Assert.Equal("answer 2", later.Body);
    }

    [Theory]
    [InlineData(PurgeKind.Url, "{address}/a?x=2")]
    [InlineData(PurgeKind.Tag, "other")]
    [InlineData(PurgeKind.Prefix, "/b")]
    [InlineData(PurgeKind.Route, "other")]
    public async Task Purge_OfSomethingElse_LeavesAnEntryAlone(PurgeKind kind, string value)
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { Tags = ["catalog"] }, destination.Address);
        await gateway.GetAsync("/a?x=1");

        await gateway.Purge.PurgeAsync(new PurgeTarget(kind, value.Replace("{address}", gateway.Address, StringComparison.Ordinal)));

        Assert.True((await gateway.GetAsync("/a?x=1")).IsHit);
    }

    [Theory]
    [InlineData(PurgeKind.Url, "{address}/a")]
    [InlineData(PurgeKind.Tag, "catalog")]
    [InlineData(PurgeKind.All, "")]
    public async Task SoftPurge_MakesAnEntryStale_SoItIsValidated(PurgeKind kind, string value)
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { Tags = ["catalog"] }, destination.Address);
        await gateway.GetAsync("/a");

        await gateway.Purge.PurgeAsync(new PurgeTarget(kind, value.Replace("{address}", gateway.Address, StringComparison.Ordinal), Soft: true));
        Answer after = await gateway.GetAsync("/a");

        Assert.Contains("fwd=stale; fwd-status=304", after.CacheStatus, StringComparison.Ordinal);
        Assert.True((await gateway.GetAsync("/a")).IsHit);
    }

    [Theory]
    [InlineData(PurgeKind.Url, "{address}/a")]
    [InlineData(PurgeKind.Tag, "catalog")]
    [InlineData(PurgeKind.All, "")]
    public async Task Purge_WhileTheEntryIsFetched_IsNotUndoneByIt(PurgeKind kind, string value)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            bool first = Interlocked.Increment(ref _fetches) == 1;
            context.Response.Headers.CacheControl = "max-age=60";
            await context.Response.WriteAsync(first ? "old" : "new");
            await context.Response.Body.FlushAsync();
            await (first ? gate.Task : Task.CompletedTask);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { Tags = ["catalog"] }, destination.Address);
        Task<Answer> filling = gateway.GetAsync("/a");
        await Eventually.TrueAsync(() => _fetches == 1);

        await gateway.Purge.PurgeAsync(new PurgeTarget(kind, value.Replace("{address}", gateway.Address, StringComparison.Ordinal)));
        Answer meanwhile = await gateway.GetAsync("/a");
        gate.SetResult();
        await filling;

        Assert.Equal("new", meanwhile.Body);
        Assert.Equal("new", (await gateway.GetAsync("/a")).Body);
    }

    [Fact]
    public async Task Purge_OfAUrlOnARouteThatCutsQueriesDown_FindsTheEntry()
    {
        await using Destination destination = await Destination.StartAsync(Fresh);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { VaryByQuery = ["page"] }, destination.Address);
        await gateway.GetAsync("/a?page=1&utm=x");
        Assert.True((await gateway.GetAsync("/a?utm=y&page=1")).IsHit);

        await gateway.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Url, $"{gateway.Address}/a?utm=z&page=1"));

        Assert.False((await gateway.GetAsync("/a?page=1")).IsHit);
    }

    [Fact]
    public async Task Purge_OfNoUrl_SaysWhatAUrlIs()
    {
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), "http://127.0.0.1:9");

        ArgumentException wrong = await Assert.ThrowsAsync<ArgumentException>(() => gateway.Purge.PurgeAsync(new PurgeTarget(PurgeKind.Url, "/a")));

        Assert.Contains("'/a' is not an absolute URL", wrong.Message, StringComparison.Ordinal);
    }

    private Task Fresh(HttpContext context)
    {
        context.Response.Headers.CacheControl = "max-age=60";
        context.Response.Headers.ETag = "\"v\"";
        context.Response.Headers["Surrogate-Key"] = "from-field another";
        if (context.Request.Headers.IfNoneMatch.Count > 0)
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        return context.Response.WriteAsync($"answer {Interlocked.Increment(ref _fetches)}");
    }
}
