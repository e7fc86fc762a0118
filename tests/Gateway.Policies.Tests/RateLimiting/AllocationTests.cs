using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>What a plain limit in process allocates for one request, its response fields included.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 200;

    [Theory]
    [InlineData(1, 320)]
    [InlineData(2, 464)]
    public async Task Decision_OfPlainLimits_AllocatesLittle(int limits, long most)
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddRateLimiting().BuildServiceProvider();
        RoutePolicies route = Routes.With([.. Enumerable.Range(0, limits).Select(i => Routes.Limit($"limit-{i}", 100_000, 60))]);
        RequestDelegate pipeline = services.GetRequiredKeyedService<IPolicyStep>(LimitStage.BeforeSession).Wrap(route, _ => Task.CompletedTask);

        // The least of many: growing logs, and whatever the runtime does besides, make single ones cost more.
        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            least = Math.Min(least, Measure(pipeline));
        }

        Assert.True(least <= most, $"A request with {limits} plain limits allocated {least} bytes, {most} at most.");
    }

    private static long Measure(RequestDelegate pipeline)
    {
        var response = new StartedResponse();
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };
        context.Features.Set<IHttpResponseFeature>(response);
        response.Headers["X-RateLimit-Limit"] = response.Headers["X-RateLimit-Remaining"] = response.Headers["X-RateLimit-Reset"] = "0";
        response.Headers["RateLimit"] = response.Headers["RateLimit-Policy"] = "0";
        GatewayRequest.Of(context);
        context.Features.Set(new object());
        long before = GC.GetAllocatedBytesForCurrentThread();
        pipeline(context);
        response.Start();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.NotEqual("0", response.Headers["RateLimit"].ToString());
        return allocated;
    }

    /// <summary>Calls what waits for the response's start, as a server does.</summary>
    private sealed class StartedResponse : HttpResponseFeature
    {
        private Func<object, Task>? _callback;
        private object? _state;

        public override void OnStarting(Func<object, Task> callback, object state) => (_callback, _state) = (callback, state);

        public void Start() => _callback?.Invoke(_state!);
    }
}
