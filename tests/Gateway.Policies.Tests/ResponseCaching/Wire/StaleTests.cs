using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class StaleTests
{
    private volatile string _mode = "ok";
    private int _fetches;
    private string _cacheControl = "max-age=0";

    [Fact]
    public async Task StaleWhileRevalidate_ServesAtOnceAndFetchesBehind_Rfc5861_3()
    {
        _cacheControl = "max-age=0, stale-while-revalidate=60";
        await using Destination destination = await Destination.StartAsync(Answer);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/a")));
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("/a")).Body != "answer 1");

        Assert.All(answers, answer => Assert.StartsWith("gateway; hit; ttl=", answer.CacheStatus, StringComparison.Ordinal));
        Assert.Contains(answers, answer => answer.Body == "answer 1");
    }

    /// <summary>The client's request is another one's by the time the refresh ends; the entry must not land among that one's variants.</summary>
    [Fact]
    public async Task Refresh_WhoseClientAsksForAnotherVariantMeanwhile_KeepsItsOwnPlace()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            string variant = context.Request.Headers["X-V"].ToString();
            int number = Interlocked.Increment(ref _fetches);
            await (number == 2 ? gate.Task : Task.CompletedTask);
            context.Response.Headers.CacheControl = variant == "1" ? "max-age=0, stale-while-revalidate=60" : "max-age=60";
            context.Response.Headers.Vary = "X-V";
            await context.Response.WriteAsync($"{number} for {variant}");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a", "X-V: 1");
        await gateway.GetAsync("/a", "X-V: 1");
        await Eventually.TrueAsync(() => _fetches == 2);
        Answer other = await gateway.GetAsync("/a", "X-V: 2");

        gate.SetResult();
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("/a", "X-V: 1")).Body != "1 for 1");

        Assert.Equal("3 for 2", other.Body);
        Assert.Equal("3 for 2", (await gateway.GetAsync("/a", "X-V: 2")).Body);
    }

    [Theory]
    [InlineData("max-age=0, stale-if-error=60", "500", true)]
    [InlineData("max-age=0, stale-if-error=60", "503", true)]
    [InlineData("max-age=0, stale-if-error=60", "404", false)]
    [InlineData("max-age=0", "503", false)]
    [InlineData("max-age=0", "abort", true)]
    [InlineData("max-age=0, must-revalidate", "abort", false, 504)]
    [InlineData("max-age=0, proxy-revalidate", "abort", false, 504)]
    [InlineData("s-maxage=0", "abort", false, 504)]
    [InlineData("no-cache", "abort", false)]
    [InlineData("max-age=0, stale-if-error=60, must-revalidate", "503", false)]
    public async Task Failure_WithAStaleEntry_IsReplacedByItOnlyWhereAllowed_Rfc5861_4(string cacheControl, string failure, bool replaced, int onAbort = 502)
    {
        _cacheControl = cacheControl;
        await using Destination destination = await Destination.StartAsync(Answer);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");
        _mode = failure;

        Answer answer = await gateway.GetAsync("/a");

        Assert.Equal(replaced ? 200 : failure == "abort" ? onAbort : int.Parse(failure, null), answer.Status);
        Assert.Equal(replaced, answer.Body == "answer 1");
    }

    [Fact]
    public async Task Refresh_ThatFailed_IsNotTriedAgainAtOnce()
    {
        _cacheControl = "max-age=0, stale-if-error=60";
        await using Destination destination = await Destination.StartAsync(Answer);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        await gateway.GetAsync("/a");
        _mode = "503";

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await gateway.GetAsync("/a")).Status);
        }

        Assert.InRange(destination.Requests.Count, 2, 4);
    }

    [Fact]
    public async Task PolicyStaleIfError_AppliesWhereTheResponseSaysNothing()
    {
        await using Destination destination = await Destination.StartAsync(Answer);
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { StaleIfError = TimeSpan.FromMinutes(5) }, destination.Address);
        await gateway.GetAsync("/a");
        _mode = "503";

        Answer answer = await gateway.GetAsync("/a");

        Assert.Equal((200, "answer 1"), (answer.Status, answer.Body));
        Assert.Contains("detail=stale-if-error", answer.CacheStatus, StringComparison.Ordinal);
    }

    private Task Answer(HttpContext context)
    {
        int fetch = Interlocked.Increment(ref _fetches);
        switch (_mode)
        {
            case "ok":
                context.Response.Headers.CacheControl = _cacheControl;
                context.Response.Headers.ETag = $"\"{fetch}\"";
                return context.Response.WriteAsync($"answer {fetch}");
            case "abort":
                context.Abort();
                return Task.CompletedTask;
            default:
                context.Response.StatusCode = int.Parse(_mode, null);
                return context.Response.WriteAsync("broken");
        }
    }
}
