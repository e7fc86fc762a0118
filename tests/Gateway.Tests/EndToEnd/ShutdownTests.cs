using Microsoft.AspNetCore.Http;
using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Terminate_WithARequestInFlight_FinishesItAndExitsZero()
    {
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using Destination api = await Destination.StartAsync(async context =>
        {
            arrived.SetResult();
            await release.Task;
            await context.Response.WriteAsync("finished");
        });
        using var file = new RoutesFile(Settings.CatchAll(api.Address));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file);
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };

        Task<string> inFlight = gateway.Client.GetStringAsync("/slow");
        await arrived.Task;
        gateway.Terminate();
        await Eventually.TrueAsync(async () => (await admin.GetAsync("/healthz/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        release.SetResult();

        Assert.Equal("finished", await inFlight);
        Assert.Equal(0, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Interrupt_WhileIdle_ExitsZeroSoon()
    {
        await using Destination api = await Destination.StartAsync("ok");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync("--to", api.Address);

        ProcessSignal.Send(gateway.ProcessId, ProcessSignal.Interrupt);

        Assert.Equal(0, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Terminate_WhenStartedInTheBackground_ExitsZero()
    {
        await using Destination api = await Destination.StartAsync("ok");
        // As nohup and a script's "&" start it: hang-up and Ctrl-C are not for it.
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(new GatewayStart { Arguments = ["--to", api.Address], IgnoredSignals = "HUP,INT,QUIT" });

        ProcessSignal.Send(gateway.ProcessId, ProcessSignal.HangUp);
        ProcessSignal.Send(gateway.ProcessId, ProcessSignal.Interrupt);
        Assert.Equal("ok", await gateway.Client.GetStringAsync("/"));
        Assert.False(gateway.HasExited);

        gateway.Terminate();

        Assert.Equal(0, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(30)));
    }
}
