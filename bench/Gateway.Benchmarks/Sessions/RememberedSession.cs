using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Support;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.Sessions;

/// <summary>What a session adds to a request, once it was read from Redis and is remembered: token, look-up, identity field.</summary>
public class RememberedSession
{
    private BenchRequest _request = null!;
    private RedisBench _redis = null!;
    private RequestDelegate _pipeline = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _redis = await RedisBench.StartAsync(static services => services.AddSessions().UseRedisSessions());
        var policy = new SessionPolicy { Name = "default", Remember = TimeSpan.FromMinutes(1), Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id" } };
        var route = new RoutePolicies { RouteId = "orders", Session = policy };
        _pipeline = _redis.Services.GetRequiredService<SessionStep>().Wrap(route, static context =>
            GatewayRequest.Of(context).Session is null ? throw new InvalidOperationException("no session") : Task.CompletedTask);
        SessionAdmin sessions = _redis.Services.GetRequiredService<SessionAdmin>();
        CreatedSession created = await sessions.CreateAsync(policy, new JsonObject { ["user_id"] = "user-17" }, TimeSpan.FromHours(1));
        _request = new BenchRequest("/orders/17", ("Authorization", "Bearer " + created.Token));
        await _request.RunAsync(_pipeline);
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await _redis.DisposeAsync();

    /// <summary>The request of the benchmark itself.</summary>
    [Benchmark]
    public Task NoSession() => _request.RunAsync(static _ => Task.CompletedTask);

    [Benchmark]
    public Task Step() => _request.RunAsync(_pipeline);
}
