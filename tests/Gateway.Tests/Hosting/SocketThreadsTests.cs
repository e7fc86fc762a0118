using Gateway.Hosting;
using Gateway.Testing;
using Gateway.Tests.Telemetry;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.Hosting;

/// <summary>Which threads go on with what waited for a socket.</summary>
public sealed class SocketThreadsTests
{
    /// <summary>The runtime has a thread for each processor where they go on themselves, and one for all where they hand over.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task Gateway_HearsOfSockets_OnAThreadForEachProcessorUnlessToldOtherwise(string? setting)
    {
        await using Destination destination = await Destination.StartAsync(static context => context.Response.WriteAsync("answer"));
        var environment = new Dictionary<string, string>();
        if (setting is not null)
        {
            environment[SocketCompletions.Setting] = setting;
        }

        await using GatewayProcess gateway = await GatewayProcess.StartAsync(new GatewayStart { Arguments = ["--to", destination.Address], Environment = environment });
        Assert.Equal("answer", await gateway.Client.GetStringAsync("/"));

        string[] threads = [.. Directory.GetDirectories($"/proc/{gateway.ProcessId}/task").Select(static task => File.ReadAllText(task + "/comm").Trim())];
        Assert.Equal(setting is null ? Environment.ProcessorCount : 1, threads.Count(static name => name == ".NET Sockets"));
    }

    /// <summary>A client that sends without waiting for answers must not keep a thread that hears of sockets from the others.</summary>
    [Fact]
    public async Task Request_ReadWhereTheOneBeforeItEnded_IsAnsweredOnThePool()
    {
        var onPool = new List<bool>();
        await using LoggedHost host = await LoggedHost.StartAsync(json: false, async context =>
        {
            onPool.Add(Thread.CurrentThread.IsThreadPoolThread);
            await AnotherThread();
            await context.Response.WriteAsync("answer");
        });

        const string Request = "GET / HTTP/1.1\r\nHost: a\r\n";
        string answers = await RawHttp.SendAsync(host.Client.BaseAddress!.ToString(), $"{Request}\r\n{Request}\r\n{Request}Connection: close\r\n\r\n");

        Assert.Equal(3, answers.Split("answer").Length - 1);
        Assert.Equal([true, true, true], onPool);
    }

    /// <summary>Goes on on a thread that is not of the pool, as after an answer of a destination.</summary>
    private static Task AnotherThread()
    {
        var arrived = new TaskCompletionSource();
        new Thread(arrived.SetResult).Start();
        return arrived.Task;
    }
}
