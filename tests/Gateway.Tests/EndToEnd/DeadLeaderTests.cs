using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>A gateway that is killed while others wait for its fetch.</summary>
public sealed class DeadLeaderTests
{
    private const int Length = 2 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly TaskCompletionSource _never = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _fetches;

    /// <summary>Those who wait would wait for five minutes: it is the end of the dead gateway's lease that lets them go on, and only one of them fetches.</summary>
    [Fact]
    public async Task Leader_KilledWhileItHoldsTheLease_IsReplacedByOneOfThoseWhoWait()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref _fetches) == 1)
            {
                await _never.Task.WaitAsync(context.RequestAborted);
            }

            context.Response.Headers.CacheControl = "max-age=600";
            await context.Response.WriteAsync("answer");
        });
        using RoutesFile file = FileOf(api, redis);
        await using GatewayProcess one = await GatewayProcess.StartAsync(file);
        await using GatewayProcess two = await GatewayProcess.StartAsync(file);
        Task<HttpResponseMessage> lost = AskAsync(one);
        await Eventually.TrueAsync(() => Volatile.Read(ref _fetches) == 1, Patience);
        Task<HttpResponseMessage>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => AskAsync(two))];
        await Eventually.TrueAsync(async () => await WaitingAsync(two), Patience);

        ProcessSignal.Send(one.ProcessId, ProcessSignal.Kill);

        foreach (Task<HttpResponseMessage> asked in waiting)
        {
            using HttpResponseMessage answer = await asked.WaitAsync(Patience);
            Assert.Equal("answer", await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(2, _fetches);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
    }

    /// <summary>What it had put into Redis is no body: whoever follows it is broken off, and the next request fetches anew.</summary>
    [Fact]
    public async Task Leader_KilledInTheMiddleOfALargeBody_IsNeverTakenForTheWholeOfIt()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync(async context =>
        {
            byte[] body = new byte[Length];
            bool first = Interlocked.Increment(ref _fetches) == 1;
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.ContentLength = Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, Length / 2));
            await context.Response.Body.FlushAsync();
            await (first ? _never.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
            await context.Response.Body.WriteAsync(body.AsMemory(Length / 2));
        });
        using RoutesFile file = FileOf(api, redis);
        await using GatewayProcess one = await GatewayProcess.StartAsync(file);
        await using GatewayProcess two = await GatewayProcess.StartAsync(file);
        using HttpResponseMessage lost = await AskAsync(one).WaitAsync(Patience);
        using HttpResponseMessage follower = await AskAsync(two).WaitAsync(Patience);

        ProcessSignal.Send(one.ProcessId, ProcessSignal.Kill);

        await Assert.ThrowsAnyAsync<Exception>(() => follower.Content.ReadAsByteArrayAsync().WaitAsync(Patience));
        using HttpResponseMessage anew = await AskAsync(two).WaitAsync(Patience);
        Assert.Equal(Length, (await anew.Content.ReadAsByteArrayAsync().WaitAsync(Patience)).Length);
        Assert.Equal(2, _fetches);
    }

    private static RoutesFile FileOf(Destination api, RedisServer redis) => new(Settings.CatchAll(
        api.Address,
        route: """ "Cache": { "FetchWait": "5m" }, """,
        gateway: $$""" "Redis": { "Connection": "{{redis.Connection}}", "Deadline": "2s" } """));

    private static Task<HttpResponseMessage> AskAsync(GatewayProcess gateway)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/cold") { Headers = { Host = "shop.example" } };
        return gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>All of them have joined the fetch that waits for the other gateway's.</summary>
    private static async Task<bool> WaitingAsync(GatewayProcess gateway)
    {
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
        string metrics = await admin.GetStringAsync("/metrics");
        return metrics.Split('\n').Any(line => line.StartsWith("gateway_cache_fleet_waiting", StringComparison.Ordinal) && line.Contains(" 1", StringComparison.Ordinal))
            && metrics.Split('\n').Any(line => line.StartsWith("gateway_cache_waiting", StringComparison.Ordinal) && line.Contains(" 19", StringComparison.Ordinal));
    }
}
