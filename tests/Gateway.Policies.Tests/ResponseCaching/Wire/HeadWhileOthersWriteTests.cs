using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>RFC 9111 §4.3.5, §4.4: what a HEAD tells counts unless its own URI was written to meanwhile.</summary>
public sealed class HeadWhileOthersWriteTests : IAsyncDisposable
{
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _answer = new(0);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Head_DuringAnInvalidation_IsLearntFromUnlessItIsOfItsUri(bool own)
    {
        await using Destination destination = await Destination.StartAsync(AnswerAsync);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        var learnt = new List<bool>();
        // Some URIs are taken for one another: three pairs are not.
        foreach (string path in (string[])["/a", "/b", "/c"])
        {
            await gateway.GetAsync(path);
            Task<Answer> head = gateway.SendAsync("HEAD", path);
            Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30)));
            await gateway.SendAsync("POST", own ? path : $"{path}/other");
            _answer.Release();
            await head;
            learnt.Add((await gateway.GetAsync(path)).CacheStatus.StartsWith("gateway; hit", StringComparison.Ordinal));
        }

        Assert.Equal(!own, learnt.Contains(true));
    }

    public ValueTask DisposeAsync()
    {
        _asked.Dispose();
        _answer.Dispose();
        return default;
    }

    /// <summary>A GET's response is stale when it comes, a HEAD's says that it holds.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            _asked.Release();
            await _answer.WaitAsync(context.RequestAborted);
        }

        context.Response.Headers.CacheControl = "max-age=600";
        context.Response.Headers.Age = HttpMethods.IsGet(context.Request.Method) ? "700" : default;
        context.Response.Headers.ETag = "\"a\"";
        await context.Response.WriteAsync("answer");
    }
}
