using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Tests.RateLimiting.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>Limits on requests at once, over real sockets: a permit is free again however its request ends.</summary>
public abstract class ConcurrencyContract
{
    private static readonly RateLimitPolicy AtOnce = Routes.Limit("at-once", 2, 30) with { Algorithm = RateLimitAlgorithm.Concurrency };

    private protected abstract Task<LimitedApp> StartAsync(RateLimitPolicy policy, RequestDelegate destination);

    [Fact]
    public async Task Request_BeyondTheLimit_IsRejectedUntilOneHasEnded()
    {
        var end = new TaskCompletionSource();
        int arrived = 0;
        await using LimitedApp app = await StartAsync(AtOnce, _ =>
        {
            Interlocked.Increment(ref arrived);
            return end.Task;
        });
        Task<HttpResponseMessage>[] running = [app.GetAsync(), app.GetAsync()];
        await Eventually.TrueAsync(() => Volatile.Read(ref arrived) == 2);
        using HttpResponseMessage rejected = await app.GetAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.Equal("1", rejected.Field("Retry-After"));
        Assert.Equal("2/0", $"{rejected.Field("X-RateLimit-Limit")}/{rejected.Field("X-RateLimit-Remaining")}");
        Assert.Equal("\"at-once\";q=2", rejected.Field("RateLimit-Policy"));
        end.SetResult();
        foreach (HttpResponseMessage response in await Task.WhenAll(running))
        {
            using (response)
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }

        await AdmitsAsync(app);
    }

    [Fact]
    public async Task Request_OfClientsThatLeave_FreesItsPermit()
    {
        int arrived = 0;
        await using LimitedApp app = await StartAsync(AtOnce, context =>
        {
            Interlocked.Increment(ref arrived);
            return context.Request.Path == "/slow" ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask;
        });
        TcpClient[] clients = [await AskAsync(app), await AskAsync(app)];
        await Eventually.TrueAsync(() => Volatile.Read(ref arrived) == 2);
        using HttpResponseMessage rejected = await app.GetAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        foreach (TcpClient client in clients)
        {
            client.Dispose();
        }

        await AdmitsAsync(app);
    }

    [Fact]
    public async Task Request_ThatFails_FreesItsPermit()
    {
        await using LimitedApp app = await StartAsync(AtOnce, _ => throw new InvalidOperationException("as the test wants it"));
        for (int i = 0; i < 5; i++)
        {
            await Eventually.TrueAsync(async () =>
            {
                using HttpResponseMessage response = await app.GetAsync();
                return response.StatusCode is HttpStatusCode.InternalServerError;
            });
        }
    }

    private static async Task<TcpClient> AskAsync(LimitedApp app)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
        return client;
    }

    private static Task AdmitsAsync(LimitedApp app) => Eventually.TrueAsync(async () =>
    {
        using HttpResponseMessage response = await app.GetAsync();
        return response.StatusCode is HttpStatusCode.OK && response.Field("X-RateLimit-Remaining") == "1";
    });
}
