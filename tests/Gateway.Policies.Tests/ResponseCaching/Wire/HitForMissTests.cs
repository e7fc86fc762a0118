using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

/// <summary>What may not be shared makes nobody wait.</summary>
public sealed class HitForMissTests
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;

    [Fact]
    public async Task NoStore_OnceKnown_IsNeverSerialised()
    {
        await using Destination destination = await Destination.StartAsync(context => WaitAndAnswer(context, "no-store"));
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { FetchWait = TimeSpan.FromMinutes(5) }, destination.Address);
        Task<Answer> first = gateway.GetAsync("/a", "X-First: 1");
        await Eventually.TrueAsync(() => _inside == 1);
        _first.SetResult();
        await first;

        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/a"))];
        await Eventually.TrueAsync(() => _inside == 21);
        _gate.SetResult();
        await Task.WhenAll(herd);
        Answer later = await gateway.GetAsync("/a");

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal("gateway; fwd=uri-miss; detail=no-store", answer.CacheStatus));
        Assert.Equal("gateway; fwd=uri-miss; detail=known-uncacheable", later.CacheStatus);
    }

    [Fact]
    public async Task NoStore_InAColdHerd_ReleasesAllAtTheFirstAnswer()
    {
        int most = 0;
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            int inside = Interlocked.Increment(ref _inside);
            InterlockedMax(ref most, inside);
            context.Response.Headers.CacheControl = "no-store";
            await Task.Delay(100);
            Interlocked.Decrement(ref _inside);
            await context.Response.WriteAsync(context.Request.Headers["X-Me"].ToString());
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.GetAsync("/a", $"X-Me: {i}")));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), answers.Select(answer => answer.Body));
        Assert.True(most >= 10, $"at most {most} at once");
    }

    /// <summary>The header section is enough: nobody waits for the body of a response that is not theirs.</summary>
    [Fact]
    public async Task NoStore_InAColdHerd_ReleasesAllBeforeItsBodyHasCome()
    {
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            int number = Interlocked.Increment(ref _inside);
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.Body.FlushAsync();
            await (number == 1 ? _gate.Task : Task.CompletedTask);
            await context.Response.WriteAsync($"{number}");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { FetchWait = TimeSpan.FromMinutes(5) }, destination.Address);
        Task<Answer> leader = gateway.GetAsync("/a");
        await Eventually.TrueAsync(() => _inside == 1);

        Answer[] followers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => gateway.GetAsync("/a")));
        bool leaderWaits = !leader.IsCompleted;
        _gate.SetResult();

        Assert.True(leaderWaits);
        Assert.Equal(11, followers.Append(await leader).Select(answer => answer.Body).Distinct().Count());
    }

    /// <summary>A route whose responses are never shareable makes nobody wait, not even for a URL that was never seen.</summary>
    [Fact]
    public async Task NoStore_OnARouteThatSharesNothing_IsNotSerialisedOnAColdUrlEither()
    {
        bool hold = false;
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            if (Volatile.Read(ref hold))
            {
                Interlocked.Increment(ref _inside);
                await _gate.Task;
            }
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { FetchWait = TimeSpan.FromMinutes(5) }, destination.Address);
        for (int i = 0; i < 64; i++)
        {
            await gateway.GetAsync($"/seen/{i}");
        }

        Volatile.Write(ref hold, true);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/cold"))];
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 20);
        _gate.SetResult();

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal(200, answer.Status));
    }

    /// <summary>One URL, however often it is asked for, does not make a habit of its route.</summary>
    [Fact]
    public async Task Herd_AfterOneUrlThatIsNeverShared_IsOneFetch()
    {
        await using Destination destination = await Destination.StartAsync(context =>
            context.Request.Path == "/private" ? Answered(context, "no-store") : WaitAndAnswer(context, "max-age=60"));
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        for (int i = 0; i < 200; i++)
        {
            await gateway.GetAsync("/private");
        }

        using var followers = new Followers(gateway);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/cold"))];
        await followers.UntilAsync(19);
        _gate.SetResult();

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal("answer", answer.Body));
        Assert.Single(destination.Requests, request => request == "GET /cold");
    }

    [Fact]
    public async Task Herd_OnARouteThatBeganToShare_IsOneFetchAgain()
    {
        await using Destination destination = await Destination.StartAsync(context =>
            context.Request.Path.StartsWithSegments("/private")
                ? Answered(context, "no-store")
                : context.Request.Path == "/first" ? Answered(context, "max-age=60") : WaitAndAnswer(context, "max-age=60"));
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy(), destination.Address);
        for (int i = 0; i < 64; i++)
        {
            await gateway.GetAsync($"/private/{i}");
        }

        await gateway.GetAsync("/first");
        using var followers = new Followers(gateway);
        Task<Answer>[] herd = [.. Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/cold"))];
        await followers.UntilAsync(19);
        _gate.SetResult();

        Assert.All(await Task.WhenAll(herd), answer => Assert.Equal("answer", answer.Body));
        Assert.Single(destination.Requests, request => request == "GET /cold");
    }

    private static Task Answered(HttpContext context, string control)
    {
        context.Response.Headers.CacheControl = control;
        return context.Response.WriteAsync("answer");
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int known = most;
        while (known < value && Interlocked.CompareExchange(ref most, value, known) is var seen && seen != known)
        {
            known = seen;
        }
    }

    private async Task WaitAndAnswer(HttpContext context, string cacheControl)
    {
        Interlocked.Increment(ref _inside);
        await (context.Request.Headers.ContainsKey("X-First") ? _first.Task : _gate.Task);
        context.Response.Headers.CacheControl = cacheControl;
        await context.Response.WriteAsync("answer");
    }
}
