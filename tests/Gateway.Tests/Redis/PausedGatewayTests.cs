using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>A gateway that gets no processor for a while (a quota that is used up, a machine that moves) does not take Redis for slow.</summary>
public sealed class PausedGatewayTests
{
    private const int Requests = 40;

    [Fact]
    public async Task Gateway_PausedLongerThanTheDeadline_AnswersWhoWaitedForRedis()
    {
        await using RedisStandalone redis = await RedisStandalone.StartAsync(relayed: true);
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(redis, deadline: "400ms");
        string[] tokens = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => gateway.SignInAsync()));
        redis.Relays[0].Delay = TimeSpan.FromMilliseconds(50);

        Task<HttpResponseMessage>[] running = [.. tokens.Select(token => gateway.SendAsync("strict", token))];
        await Task.Delay(30);
        ProcessSignal.Send(gateway.Process.ProcessId, ProcessSignal.Stop);
        await Task.Delay(1000);
        ProcessSignal.Send(gateway.Process.ProcessId, ProcessSignal.Continue);

        HttpResponseMessage[] answers = await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.True(await gateway.AreAsync(available: true, ["Sessions"]));
    }
}
