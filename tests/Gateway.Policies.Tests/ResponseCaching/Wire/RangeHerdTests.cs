using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>The same range asked for by many at once is one fetch, where its answer may be shared (RFC 9111 §4, collapsed requests).</summary>
public sealed class RangeHerdTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData("max-age=60", 206, 1)]
    [InlineData("max-age=60", 200, 1)]
    [InlineData("private", 206, 8)]
    public async Task Range_OfManyAtOnce_IsFetchedOnceWhereItMayBeShared(string control, int status, int fetches)
    {
        await using Destination destination = await Destination.StartAsync(context => AnswerAsync(context, control, status));
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { FetchWait = TimeSpan.FromMinutes(1) }, destination.Address);

        using var followers = new Followers(gateway);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 8).Select(_ => gateway.GetAsync("/a", "Range: bytes=0-4"))];
        await followers.UntilAsync(7);
        _gate.SetResult();
        Answer[] answers = await Task.WhenAll(herd);

        Assert.Equal(fetches, destination.Requests.Count);
        // Who comes after a whole response has been stored gets the range out of it.
        Assert.All(answers, answer => Assert.Equal(answer.Status == 206 ? "01234" : "0123456789", answer.Body));
        Assert.Contains(answers, answer => answer.Status == status);
    }

    [Fact]
    public async Task Ranges_ThatDiffer_AreNotTakenForEachOther()
    {
        _gate.SetResult();
        await using Destination destination = await Destination.StartAsync(context =>
        {
            string range = context.Request.Headers.Range.ToString()["bytes=".Length..];
            context.Response.StatusCode = 206;
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.ContentRange = $"bytes {range}/10";
            return context.Response.WriteAsync(range);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        string[] ranges = [.. Enumerable.Range(0, 8).Select(first => $"{first}-{first + 2}")];
        Answer[] answers = await Task.WhenAll(ranges.Select(range => gateway.GetAsync("/a", $"Range: bytes={range}")));

        Assert.Equal(ranges, answers.Select(answer => answer.Body));
    }

    private async Task AnswerAsync(HttpContext context, string control, int status)
    {
        await _gate.Task;
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = control;
        if (status == 206)
        {
            context.Response.Headers.ContentRange = "bytes 0-4/10";
        }

        await context.Response.WriteAsync(status == 206 ? "01234" : "0123456789");
    }
}
