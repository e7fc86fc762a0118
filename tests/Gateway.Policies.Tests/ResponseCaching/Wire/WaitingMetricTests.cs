using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class WaitingMetricTests
{
    [Fact]
    public async Task Waiting_CountsWhoWaitsForAnothersFetch_AndEndsAtZero()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            await gate.Task;
            context.Response.Headers.CacheControl = "max-age=600";
            await context.Response.WriteAsync("answer");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { FetchWait = TimeSpan.FromMinutes(1) }, destination.Address);
        using var followers = new Followers(gateway);

        Task<Answer>[] herd = [.. Enumerable.Range(0, 10).Select(_ => gateway.GetAsync("/a"))];
        await followers.UntilAsync(9);
        gate.SetResult();
        await Task.WhenAll(herd);

        await followers.UntilAsync(0);
    }
}
