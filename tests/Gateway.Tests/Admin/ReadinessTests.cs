using System.Net;
using Gateway.Policies.Redis;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class ReadinessTests
{
    [Fact]
    public async Task Ready_BeforeTheHostHasStarted_Is503WhileLiveIs200()
    {
        var answers = new TaskCompletionSource<(HttpStatusCode Live, HttpStatusCode Ready)>();
        Task<AdminHost> starting = AdminHost.StartAsync(more: services =>
        {
            services.AddHostedService(gateway => new Probe(gateway, answers));
        });

        (HttpStatusCode live, HttpStatusCode ready) = await answers.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using AdminHost admin = await starting;

        Assert.Equal(HttpStatusCode.OK, live);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready);
        Assert.Equal(HttpStatusCode.OK, (await admin.Client.GetAsync("/healthz/ready")).StatusCode);
    }

    [Fact]
    public async Task Ready_FromShutdownOn_Is503WhileLiveIs200()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        admin.Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await AdminListenerTests.ShouldBeProblemAsync(await admin.Client.GetAsync("/healthz/ready"), 503);
        Assert.Equal(HttpStatusCode.OK, (await admin.Client.GetAsync("/healthz/live")).StatusCode);
    }

    [Fact]
    public async Task Ready_RedisAway_IsNotKeptOut()
    {
        await using AdminHost admin = await AdminHost.StartAsync(more: AddRedis($"127.0.0.1:{FreePort.Next()}"));
        await AdminListenerTests.ShouldBeProblemAsync(await admin.Client.GetAsync("/healthz/ready"), 503);

        await admin.Host.Services.GetRequiredService<RedisConnections>().StartAsync();

        await BecomesReadyAsync(admin, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Ready_RedisThere_StaysWhenRedisGoes()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using AdminHost admin = await AdminHost.StartAsync(more: AddRedis(redis.Connection));
        await admin.Host.Services.GetRequiredService<RedisConnections>().StartAsync();

        await BecomesReadyAsync(admin, TimeSpan.FromSeconds(5));
        await redis.KillAsync();

        Assert.Equal(HttpStatusCode.OK, (await admin.Client.GetAsync("/healthz/ready")).StatusCode);
    }

    // Only the connections, and not started: what readiness waits for.
    private static Action<IServiceCollection> AddRedis(string connection) => services => services.AddSingleton(gateway => new RedisConnections(
        new RedisOptions { Connection = connection }, gateway.GetRequiredService<TimeProvider>(), gateway.GetRequiredService<ILoggerFactory>()));

    private static async Task BecomesReadyAsync(AdminHost admin, TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        while ((await admin.Client.GetAsync("/healthz/ready", deadline.Token)).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>A hosted service that asks for both while it starts, so while the host is starting.</summary>
    private sealed class Probe(IServiceProvider gateway, TaskCompletionSource<(HttpStatusCode, HttpStatusCode)> answers) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            using var client = new HttpClient { BaseAddress = new Uri(gateway.GetRequiredService<Gateway.Admin.AdminListener>().Addresses.First()) };
            HttpResponseMessage live = await client.GetAsync("/healthz/live", cancellationToken);
            HttpResponseMessage ready = await client.GetAsync("/healthz/ready", cancellationToken);
            answers.SetResult((live.StatusCode, ready.StatusCode));
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
