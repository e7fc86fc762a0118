using Gateway.Policies.Configuration;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class CollapsingTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;

    [Fact]
    public async Task Herd_OnAColdUrl_IsOneFetch()
    {
        await using Destination destination = await Destination.StartAsync(context => WaitAndAnswer(context, "max-age=60"));
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        using var followers = new Followers(gateway);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 100).Select(_ => gateway.GetAsync("/cold"))];
        await followers.UntilAsync(99);
        _gate.SetResult();
        Answer[] answers = await Task.WhenAll(herd);

        Assert.All(answers, answer => Assert.Equal((200, "answer"), (answer.Status, answer.Body)));
        Assert.Single(destination.Requests);
        Assert.Contains(answers, answer => answer.CacheStatus.Contains("; collapsed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leader_ThatAborts_CostsItsFollowersNothing()
    {
        await using Destination destination = await Destination.StartAsync(context => WaitAndAnswer(context, "max-age=60"));
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        using var leaving = new CancellationTokenSource();
        Task leader = gateway.Client.GetAsync("/a", leaving.Token);
        await Eventually.TrueAsync(() => _inside == 1);
        using var waiting = new Followers(gateway);
        Task<Answer>[] followers = [.. Enumerable.Range(0, 10).Select(_ => gateway.GetAsync("/a"))];

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        await waiting.UntilAsync(10);
        _gate.SetResult();
        Answer[] answers = await Task.WhenAll(followers);

        Assert.All(answers, answer => Assert.Equal("answer", answer.Body));
        Assert.Single(destination.Requests);
    }

    [Fact]
    public async Task Follower_OfABodyThatStillArrives_GetsItsFirstBytesAtOnce()
    {
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            await _gate.Task;
            await context.Response.WriteAsync("last");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        using HttpResponseMessage leader = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead);
        using HttpResponseMessage follower = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead);
        byte[] start = new byte[6];
        await (await follower.Content.ReadAsStreamAsync()).ReadExactlyAsync(start);
        bool wasOpen = !_gate.Task.IsCompleted;
        _gate.SetResult();

        Assert.True(wasOpen);
        Assert.Equal("first "u8.ToArray(), start);
        Assert.Equal("first last", await leader.Content.ReadAsStringAsync());
        Assert.Equal("last", await new StreamReader(await follower.Content.ReadAsStreamAsync()).ReadToEndAsync());
        Assert.Single(destination.Requests);
    }

    [Fact]
    public async Task TruncatedBody_IsNeitherServedAsWholeNorStored()
    {
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            if (context.Request.Headers.ContainsKey("X-Break"))
            {
                await _gate.Task;
                context.Abort();
            }
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/a");
        request.Headers.Add("X-Break", "1");
        using HttpResponseMessage broken = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Task<HttpResponseMessage> follower = gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead);
        using HttpResponseMessage followed = await follower;
        _gate.SetResult();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => broken.Content.ReadAsStringAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => followed.Content.ReadAsStringAsync());
        Answer whole = await gateway.GetAsync("/a");

        Assert.False(whole.IsHit);
        Assert.Equal("half", whole.Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BodyLargerThanMaxObject_StreamsToAllAndIsNotStored(bool announced)
    {
        byte[] body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.ContentLength = announced ? body.Length : null;
            await context.Response.Body.WriteAsync(body);
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { MaxObject = ByteSize.Megabytes(1) }, destination.Address);

        byte[][] bodies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => gateway.Client.GetByteArrayAsync("/big")));
        using HttpResponseMessage again = await gateway.Client.GetAsync("/big");

        Assert.All(bodies, got => Assert.True(body.AsSpan().SequenceEqual(got)));
        Assert.DoesNotContain("hit", again.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follower_WhoWaitsLongerThanFetchWait_FetchesAnyway()
    {
        int calls = 0;
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            if (Interlocked.Increment(ref calls) == 1)
            {
                await _gate.Task;
            }

            await context.Response.WriteAsync("answer");
        });
        var policy = new CachePolicy { FetchWait = TimeSpan.FromMilliseconds(50) };
        await using CacheHost gateway = await CacheHost.StartAsync(policy, destination.Address);
        Task<Answer> leader = gateway.GetAsync("/a");
        await Eventually.TrueAsync(() => calls == 1);

        Answer follower = await gateway.GetAsync("/a");
        bool leaderWaits = !leader.IsCompleted;
        _gate.SetResult();

        Assert.True(leaderWaits);
        Assert.Equal("answer", follower.Body);
        Assert.Equal("answer", (await leader).Body);
    }

    [Fact]
    public async Task ServerSentEvents_AreNotHeldBack()
    {
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await _gate.Task;
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        foreach (string accept in (string[])["text/event-stream", "*/*"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/events?{accept.Length}");
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using HttpResponseMessage response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            byte[] first = new byte[9];
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(first);
            Assert.Equal("data: 1\n\n"u8.ToArray(), first);
        }

        _gate.SetResult();
    }

    private async Task WaitAndAnswer(HttpContext context, string cacheControl)
    {
        Interlocked.Increment(ref _inside);
        await _gate.Task;
        context.Response.Headers.CacheControl = cacheControl;
        await context.Response.WriteAsync("answer");
    }
}
